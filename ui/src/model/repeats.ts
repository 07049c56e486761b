/** Steps that do the same again and again, in a row: all but the first of them are one row until it is opened. */
import type { Step } from '../api/types';
import type { Node } from './tree';

/** What comes after the first of a series, while it is folded. */
export interface Repeat {
  /** How often more than once. */
  readonly times: number;
  readonly nodes: readonly Node[];
}

/** Fewer are quicker read than opened. */
const LEAST_TIMES = 3;
/** Steps of one round, such as a model call and the tool that it chose. */
const LONGEST_ROUND = 4;

/** Where series begin among siblings: the place of the first step that is not shown, and what it stands for. */
export function repeatsOf(nodes: readonly Node[]): ReadonlyMap<number, Repeat> {
  const series = seriesOf(nodes.map(keyOf));
  return new Map(series.map(({ from, to, times }) => [from, { times, nodes: nodes.slice(from, to) }]));
}

/** What comes after the first round of each series, by the keys of what is in a row; null is never the same. */
export function seriesOf(keys: readonly (string | null)[]): { from: number; to: number; times: number }[] {
  const found = [];
  for (let start = 0; start < keys.length;) {
    const round = roundAt(keys, start);
    if (!round) {
      start++;
      continue;
    }
    const to = start + round.length * round.times;
    found.push({ from: start + round.length, to, times: round.times - 1 });
    start = to;
  }
  return found;
}

/** From the start of the first to the end of the last. */
export function lengthOf({ nodes }: Repeat): number {
  const ends = nodes.map(({ step }) => step.offset_ms + (step.duration_ms ?? 0));
  return ends.reduce((last, end) => Math.max(last, end), 0) - nodes[0]!.step.offset_ms;
}

export function sumsOf({ nodes }: Repeat): Pick<Node, 'tokens' | 'costUsd' | 'unpriced'> {
  return {
    tokens: plus(nodes.map((node) => node.tokens)),
    costUsd: plus(nodes.map((node) => node.costUsd)),
    unpriced: nodes.reduce((sum, node) => sum + node.unpriced, 0),
  };
}

/** Unknown where nothing is known, and else of what is known. */
function plus(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((sum, value) => sum + value, 0) : null;
}

/** The shortest round that begins here and is done often enough. */
function roundAt(keys: readonly (string | null)[], start: number): { length: number; times: number } | null {
  for (let length = 1; length <= LONGEST_ROUND; length++) {
    const round = keys.slice(start, start + length);
    if (round.length < length || round.includes(null) || !round.some(isAction)) continue;
    let times = 1;
    while (round.every((key, i) => keys[start + times * length + i] === key)) times++;
    if (times >= LEAST_TIMES) return { length, times };
  }
  return null;
}

/** Null for steps that enclose others. */
function keyOf({ step, children }: Node): string | null {
  return children.some((child) => !child.step.framework) ? null : keyOfStep(step);
}

/** The sentence names the tool with its arguments, and the error. */
export function keyOfStep(step: Step): string {
  return JSON.stringify([step.kind, step.agent, step.tool_name, step.status, step.error_type, step.sentence]);
}

/** Words of a model alone are no reason to fold. */
function isAction(key: string | null): boolean {
  return key !== null && !key.startsWith('["llm"') && !key.startsWith('["message"');
}
