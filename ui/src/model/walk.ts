/** From one step to another: where a run opens, and where the keys lead. */
import type { Run, Step } from '../api/types';
import type { Row } from './outline';
import { isOrigin, type Node, type Tree } from './tree';

/** The step that a run opens with: where it failed first, what was open at its end, what it does now, or its root. */
export function firstStep(tree: Tree, status: Run['status']): Node | undefined {
  const steps = tree.order.filter((node) => !node.step.framework);
  const open = (wanted: Step['status']) => steps.filter((node) => isLeaf(node, wanted)).at(-1);
  const suspect: Partial<Record<Run['status'], () => Node | undefined>> = {
    failed: () => firstFailure(tree),
    interrupted: () => open('interrupted'),
    running: () => open('running'),
  };
  return suspect[status]?.() ?? tree.roots[0];
}

/** Where anything failed first, whether or not the run got over it. */
export function firstFailure(tree: Tree): Node | undefined {
  return earliest(tree.order.filter((node) => !node.step.framework && isOrigin(node)));
}

/** The row `by` rows further, staying inside the list. From no row, the first or the last. */
export function neighbour(rows: readonly Row[], id: string | null, by: number): Row | undefined {
  const here = rows.findIndex((row) => row.node.step.id === id);
  if (here < 0) return by > 0 ? rows[0] : rows.at(-1);
  return rows[Math.min(rows.length - 1, Math.max(0, here + by))];
}

/** The next place where a failure began, in order of time; around the end it starts again. */
export function nextError(tree: Tree, id: string | null, direction: 1 | -1): Node | undefined {
  const errors = tree.order.filter((node) => isOrigin(node) && !node.step.framework).sort(byNumber);
  const here = (id && tree.byId.get(id)?.step.number) || 0;
  if (direction > 0) return errors.find((node) => node.step.number > here) ?? errors[0];
  return errors.filter((node) => node.step.number < here).at(-1) ?? errors.at(-1);
}

/** All calls of a tool, in order of time. */
export function callsOfTool(tree: Tree, tool: string | null): Step[] {
  if (!tool) return [];
  const calls = tree.order.filter((node) => node.step.tool_name === tool);
  return calls.sort(byNumber).map((node) => node.step);
}

/** The next call of the same tool; around the end it starts again. */
export function nextOfTool(tree: Tree, here: Step | undefined): Step | undefined {
  const calls = callsOfTool(tree, here?.tool_name ?? null);
  return calls.find((step) => step.number > (here?.number ?? 0)) ?? calls[0];
}

/** The last step before this one that told what a memory key held: what was written there, or read. */
export function memoryBefore(tree: Tree, here: Step): Step | undefined {
  const touched = tree.order
    .map(({ step }) => step)
    .filter((step) => step.kind === 'memory' && step.name === here.name);
  return touched.filter((step) => step.number < here.number).sort((a, b) => b.number - a.number)[0];
}

/** A step by its id or, as people write it, by its number. */
export function findStep(tree: Tree, reference: string | null): Node | undefined {
  if (!reference) return undefined;
  const byId = tree.byId.get(reference);
  if (byId || !/^\d{1,7}$/.test(reference)) return byId;
  const number = Number(reference);
  return tree.order.find((node) => node.step.number === number);
}

function isLeaf(node: Node, status: Step['status']): boolean {
  return (
    node.step.status === status &&
    !node.children.some((child) => !child.step.framework && child.step.status === status)
  );
}

function earliest(nodes: Node[]): Node | undefined {
  return nodes.sort(byNumber)[0];
}

function byNumber(a: Node, b: Node): number {
  return a.step.number - b.step.number;
}
