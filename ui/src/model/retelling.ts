/** Lines of a conversation that say the same again and again: all but the first of them are one line. */
import type { Line } from './dialogue';
import { callerOf } from './pairing';
import { keyOfStep, seriesOf } from './repeats';
import type { Tree } from './tree';

/** What comes after the first of a series. */
export interface Again {
  /** How often more than once. */
  readonly times: number;
  readonly lines: readonly Line[];
}

export type Told = Line | Again;

export function isAgain(told: Told): told is Again {
  return 'times' in told;
}

export function foldAgain(lines: readonly Line[]): Told[] {
  const told: Told[] = [];
  let next = 0;
  for (const { from, to, times } of seriesOf(lines.map(keyOf))) {
    told.push(...lines.slice(next, from), { times, lines: lines.slice(from, to) });
    next = to;
  }
  return [...told, ...lines.slice(next)];
}

/** From the start of the first to the end of the last, as far as they are known. */
export function lastedMs({ lines }: Again): number | null {
  const steps = lines.flatMap(({ node }) => (node ? [node.step] : []));
  if (!steps.length) return null;
  const ends = steps.map(({ offset_ms, duration_ms }) => offset_ms + (duration_ms ?? 0));
  return Math.max(...ends) - Math.min(...steps.map(({ offset_ms }) => offset_ms));
}

/** Of the model calls among them, and of those that chose the tools; null where none has told. */
export function tokensOf({ lines }: Again, tree: Tree): number | null {
  const steps = lines.flatMap(({ node }) => (node ? [node.step] : []));
  const calls = new Set(steps.flatMap((step) => (step.kind === 'llm' ? step : (callerOf(tree, step) ?? []))));
  const counts = [...calls].flatMap(({ tokens }) => [tokens.input, tokens.output]);
  const known = counts.filter((count) => typeof count === 'number');
  return known.length ? known.reduce((sum, count) => sum + count, 0) : null;
}

/** Null for what a model is given, which is told once already. */
function keyOf({ turn, node, message }: Line): string | null {
  if (turn.direction === 'input' || !node) return null;
  return message ? JSON.stringify([node.step.kind, message.identity]) : keyOfStep(node.step);
}
