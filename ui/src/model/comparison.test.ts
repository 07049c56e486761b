import { expect, it } from 'vitest';
import type { ComparedStep, Comparison } from '../api/types';
import { itemsOf, nextDifference, tookOf } from './comparison';
import { sampleRun, sampleStep } from './samples';

function row(number: number, relation: ComparedStep['relation'] = 'same'): ComparedStep {
  const step = sampleStep(number);
  return {
    relation,
    a: relation === 'only_b' ? null : step,
    b: relation === 'only_a' ? null : step,
    differences: [],
  };
}

const rows = [...[1, 2, 3, 4, 5, 6, 7].map((number) => row(number)), row(8, 'different'), row(9, 'only_a')];
const comparison: Comparison = {
  a: sampleRun('a'),
  b: sampleRun('b'),
  partner_reason: null,
  rows,
  divergence: { row: 7, a_step_id: 's8', b_step_id: 's8', place: null, sentence: 'They part.', messages: [] },
  before: [],
  after: [],
  same: [],
};

it('folds what is the same, but for the beginning and what stands next to a difference', () => {
  const items = itemsOf(comparison, new Set());

  expect(items.map(({ key }) => key)).toEqual([
    'row 0',
    'fold 1',
    'row 5',
    'row 6',
    'divergence',
    'row 7',
    'row 8',
  ]);
});

it('unfolds a stretch', () => {
  const items = itemsOf(comparison, new Set([1]));

  expect(items.filter(({ kind }) => kind === 'row')).toHaveLength(9);
});

it('indents a step below the one that encloses it', () => {
  const [root, child] = itemsOf(comparison, new Set([1]));

  expect([root, child].map((item) => (item?.kind === 'row' ? item.a?.depth : null))).toEqual([0, 1]);
});

it('walks from difference to difference and around the end', () => {
  expect([-1, 7, 8].map((after) => nextDifference(comparison, after))).toEqual([7, 8, 7]);
});

it('counts the time of a stretch once', () => {
  expect(tookOf(rows.slice(0, 3), 'a')).toBe(50);
  expect(tookOf(rows.slice(1, 4), 'a')).toBe(150);
});

it('folds what only one run has after its first steps', () => {
  const alone = [10, 11, 12, 13].map((number) => row(number, 'only_a'));
  const looping = { ...comparison, rows: [...rows, ...alone, row(14, 'different')] };
  const keys = (opened: number[]) => itemsOf(looping, new Set(opened)).map(({ key }) => key);

  expect(keys([]).slice(6)).toEqual(['row 8', 'row 9', 'fold 10', 'row 13']);
  expect(keys([10]).slice(6)).toEqual(['row 8', 'row 9', 'row 10', 'row 11', 'row 12', 'row 13']);
});
