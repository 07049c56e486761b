/** What a running run does now: its innermost open steps, and how long such steps took before. */
import { placeOf } from './agents';
import type { Node, Tree } from './tree';

export interface Doing {
  readonly node: Node;
  readonly agent: string | null;
  /** How long half of the steps of its kind took at most; null where none has ended. */
  readonly usualMs: number | null;
}

/** Those that have been open longest first. */
export function doingNow(tree: Tree): Doing[] {
  const isOpen = ({ step }: Node) => step.status === 'running' && !step.framework;
  return tree.order
    .filter((node) => isOpen(node) && node.parent && !node.children.some(isOpen))
    .sort((a, b) => a.step.offset_ms - b.step.offset_ms)
    .map((node) => ({ node, agent: placeOf(tree, node.step)?.agent ?? null, usualMs: usualOf(tree, node) }));
}

function usualOf(tree: Tree, { step: open }: Node): number | null {
  const alike = tree.order.flatMap(({ step }) => {
    const isAlike = step.kind === open.kind && step.tool_name === open.tool_name && step.model === open.model;
    return isAlike && step.status === 'completed' && step.duration_ms !== null ? [step.duration_ms] : [];
  });
  return alike.sort((a, b) => a - b)[Math.floor((alike.length - 1) / 2)] ?? null;
}
