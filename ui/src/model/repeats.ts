/** Steps that do the same, or much the same, again and again: all but the first are one row until it is opened. */
import type { Step } from '../api/types';
import type { Node } from './tree';

/** What comes after the first of a series, while it is folded. */
export interface Repeat {
  /** How often more than once. */
  readonly times: number;
  readonly nodes: readonly Node[];
  /** Who acts in each round, where each says something else; null where all are the same. */
  readonly alike: readonly string[] | null;
}

/** Fewer are quicker read than opened. */
const LEAST_TIMES = 3;
/** Rounds of which each says something else are worth reading, unless they are many. */
const LEAST_ALIKE = 8;
/** Steps of one round, such as a model call and the tool that it chose. */
const LONGEST_ROUND = 4;

/** Where series begin among siblings: the place of the first step that is not shown, and what it stands for. */
export function repeatsOf(nodes: readonly Node[]): ReadonlyMap<number, Repeat> {
  const same = seriesOf(nodes.map(keyOf));
  const taken = new Set(same.flatMap(({ from, to, times }) => places(from - (to - from) / times, to)));
  const kinds = nodes.map((node, i) => (taken.has(i) ? null : kindOf(node)));
  const alike = seriesOf(kinds, LEAST_ALIKE, isExchange);
  return new Map<number, Repeat>([
    ...same.map(
      ({ from, to, times }) => [from, { times, nodes: nodes.slice(from, to), alike: null }] as const,
    ),
    ...alike.map(({ from, to, times }) => {
      const round = nodes.slice(from, from + (to - from) / times);
      return [from, { times, nodes: nodes.slice(from, to), alike: round.map(actorOf) }] as const;
    }),
  ]);
}

/** What comes after the first round of each series, by the keys of what is in a row; null is never the same. */
export function seriesOf(
  keys: readonly (string | null)[],
  least = LEAST_TIMES,
  isRound = (round: readonly (string | null)[]) => round.some(isAction),
): { from: number; to: number; times: number }[] {
  const found = [];
  for (let start = 0; start < keys.length;) {
    const round = roundAt(keys, start, least, isRound);
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
function roundAt(
  keys: readonly (string | null)[],
  start: number,
  least: number,
  isRound: (round: readonly (string | null)[]) => boolean,
): { length: number; times: number } | null {
  for (let length = 1; length <= LONGEST_ROUND; length++) {
    const round = keys.slice(start, start + length);
    if (round.length < length || round.includes(null) || !isRound(round)) continue;
    let times = 1;
    while (round.every((key, i) => keys[start + times * length + i] === key)) times++;
    if (times >= least) return { length, times };
  }
  return null;
}

/** Null for steps that enclose others, and for those that did not end well. */
function kindOf(node: Node): string | null {
  const { kind, agent, tool_name, status } = node.step;
  if (status !== 'completed' || keyOf(node) === null) return null;
  return JSON.stringify([kind, agent, tool_name]);
}

function actorOf({ step }: Node): string {
  return step.tool_name ?? step.model ?? step.name;
}

function places(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Null for steps that enclose others. */
function keyOf({ step, children }: Node): string | null {
  return children.some((child) => !child.step.framework) ? null : keyOfStep(step);
}

/** The sentence names the tool with its arguments, and the error. */
export function keyOfStep(step: Step): string {
  return JSON.stringify([step.kind, step.agent, step.tool_name, step.status, step.error_type, step.sentence]);
}

/** A model asks, and something answers. */
function isExchange(round: readonly (string | null)[]): boolean {
  return round.some(isAction) && !round.every(isAction);
}

/** Words of a model alone are no reason to fold. */
function isAction(key: string | null): boolean {
  return key !== null && !key.startsWith('["llm"') && !key.startsWith('["message"');
}
