/** Two runs in rows: equal stretches folded, the place where they part marked, and what may be why. */
import type { ComparedStep, Comparison, Step } from '../api/types';

export interface Side {
  readonly step: Step;
  readonly depth: number;
}

export type CompareItem =
  | {
      readonly kind: 'fold';
      readonly key: string;
      readonly from: number;
      readonly to: number;
      readonly relation: ComparedStep['relation'];
    }
  | {
      readonly kind: 'row';
      readonly key: string;
      readonly index: number;
      readonly row: ComparedStep;
      readonly a: Side | null;
      readonly b: Side | null;
    }
  | { readonly kind: 'divergence'; readonly key: string };

export const MARKS: Readonly<Record<ComparedStep['relation'], string>> = {
  same: '=',
  similar: '≈',
  different: '≠',
  only_a: 'A',
  only_b: 'B',
};

export const RELATION_WORDS: Readonly<Record<ComparedStep['relation'], string>> = {
  same: 'the same in both',
  similar: 'the same call with another outcome',
  different: 'another call in its place',
  only_a: 'only in A',
  only_b: 'only in B',
};

/** Equal rows that stay in sight before and after what differs. */
const CONTEXT = 2;
const LEAST_FOLDED = 3;
/** Of steps that only one run has, such as a loop, the first ones say enough. */
const ONE_SIDED = 2;

/** `opened`: the first rows of the stretches that are unfolded. */
export function itemsOf(comparison: Comparison, opened: ReadonlySet<number>): CompareItem[] {
  const { rows, divergence } = comparison;
  const depths = { a: depthsOf(rows, 'a'), b: depthsOf(rows, 'b') };
  const items: CompareItem[] = [];
  const show = (place: number) => {
    const row = rows[place]!;
    if (divergence?.row === place) items.push({ kind: 'divergence', key: 'divergence' });
    const sides = { a: sideOf(row.a, depths.a), b: sideOf(row.b, depths.b) };
    items.push({ kind: 'row', key: `row ${place}`, index: place, row, ...sides });
  };
  for (let index = 0; index < rows.length;) {
    const { relation } = rows[index]!;
    const [from, to] = foldedFrom(rows, index);
    const holdsIt = divergence && divergence.row > from && divergence.row < to;
    if (to - from < LEAST_FOLDED || holdsIt || opened.has(from)) {
      const next = Math.max(index + 1, to);
      while (index < next) show(index++);
    } else {
      while (index < from) show(index++);
      if (divergence?.row === from) items.push({ kind: 'divergence', key: 'divergence' });
      items.push({ kind: 'fold', key: `fold ${from}`, from, to, relation });
      index = to;
    }
  }
  return items;
}

export function countsOf(comparison: Comparison): Record<ComparedStep['relation'], number> {
  const counts = { same: 0, similar: 0, different: 0, only_a: 0, only_b: 0 };
  for (const { relation } of comparison.rows) counts[relation]++;
  return counts;
}

/** The place of the next row that differs, around the end from the beginning. */
export function nextDifference(comparison: Comparison, after: number): number | null {
  const different = comparison.rows.flatMap(({ relation }, index) => (relation === 'same' ? [] : [index]));
  return different.find((index) => index > after) ?? different[0] ?? null;
}

export function tookOf(rows: readonly ComparedStep[], side: 'a' | 'b'): number {
  const known = rows.flatMap((row) => row[side] ?? []);
  const ids = new Set(known.map((step) => step.id));
  // A step inside another of the stretch is part of its time already.
  return known
    .filter((step) => !step.parent_event_id || !ids.has(step.parent_event_id))
    .reduce((sum, step) => sum + (step.duration_ms ?? 0), 0);
}

/** A value of either run, short enough for a table. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'unset';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** Which rows of the stretch that begins here may be folded. */
function foldedFrom(rows: readonly ComparedStep[], from: number): [number, number] {
  const { relation } = rows[from]!;
  if (relation !== 'only_a' && relation !== 'only_b') return [from, endOfStretch(rows, from)];
  let to = from;
  while (rows[to]?.relation === relation) to++;
  return [Math.min(to, from + ONE_SIDED), to];
}

/** Where a stretch of equal rows ends that begins here; the first row of all and those next to what differs stay. */
function endOfStretch(rows: readonly ComparedStep[], from: number): number {
  const isNear = (index: number) =>
    rows.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ relation }) => relation !== 'same');
  let to = from;
  while (from > 0 && to < rows.length && !isNear(to)) to++;
  return to;
}

function depthsOf(rows: readonly ComparedStep[], side: 'a' | 'b'): Map<string, number> {
  const depths = new Map<string, number>();
  const parents = new Map(
    rows.flatMap((row) => (row[side] ? [[row[side].id, row[side].parent_event_id]] : [])),
  );
  for (const id of parents.keys()) {
    let depth = 0;
    let parent = parents.get(id) ?? null;
    const seen = new Set<string>();
    while (parent && !seen.has(parent) && depth < 12) {
      seen.add(parent);
      if (parents.has(parent)) depth++;
      parent = parents.get(parent) ?? null;
    }
    depths.set(id, depth);
  }
  return depths;
}

function sideOf(step: Step | null | undefined, depths: ReadonlyMap<string, number>): Side | null {
  return step ? { step, depth: depths.get(step.id) ?? 0 } : null;
}
