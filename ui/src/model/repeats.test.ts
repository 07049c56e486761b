import { expect, it } from 'vitest';
import type { Step } from '../api/types';
import { rowsOf, type Folds } from './outline';
import { lengthOf, sumsOf } from './repeats';
import { sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

function rounds(times: number): Step[] {
  const steps = [sampleStep(1)];
  for (let i = 0; i < times; i++) {
    steps.push(sampleModelCall(2 * i + 2, { sentence: 'chose `refund(a=1)`' }));
    const failed = { status: 'failed', error_type: 'NotFound', sentence: '`refund` failed' } as const;
    steps.push(sampleStep(2 * i + 3, { tool_name: 'refund', ...failed }));
  }
  return steps;
}

function rows(steps: Step[], given: { keep?: string; repeats?: boolean; folds?: Folds } = {}) {
  const { keep = null, repeats = true, folds = new Map() } = given;
  return rowsOf(buildTree(steps), { folds, framework: false, keep, repeats });
}

function shown(...given: Parameters<typeof rows>): string[] {
  return rows(...given).map(({ node, repeat }) =>
    repeat ? `${node.step.id} ×${repeat.times}` : node.step.id,
  );
}

it('folds rounds of a model call and its tool after the first', () => {
  expect(shown(rounds(5))).toEqual(['s1', 's2', 's3', 's4 ×4']);
});

it('shows two rounds as they are, and all where repeats are not folded', () => {
  expect(shown(rounds(2))).toEqual(['s1', 's2', 's3', 's4', 's5']);
  expect(shown(rounds(3), { repeats: false })).toHaveLength(7);
});

it('opens a series by a click, or for a step inside that is selected', () => {
  expect(shown(rounds(3), { folds: new Map([['repeat s4', true]]) })).toHaveLength(7);
  expect(shown(rounds(3), { keep: 's6' })).toHaveLength(7);
  expect(shown(rounds(3), { keep: 's4' })).toEqual(['s1', 's2', 's3', 's4 ×2']);
});

it('takes steps for the same only with the same tool, words, status and error', () => {
  const calls = (change: (index: number) => Partial<Step>) => [
    sampleStep(1),
    ...[2, 3, 4].map((number) =>
      sampleStep(number, { tool_name: 'look_up', sentence: 'x', ...change(number) }),
    ),
  ];

  expect(shown(calls(() => ({})))).toEqual(['s1', 's2', 's3 ×2']);
  expect(shown(calls((n) => ({ sentence: `x ${n}` })))).toHaveLength(4);
  expect(shown(calls((n) => ({ status: n === 3 ? 'failed' : 'completed' })))).toHaveLength(4);
});

it('does not fold what a model says alone', () => {
  const says = [2, 3, 4, 5].map((number) => sampleModelCall(number, { sentence: 'wrote "…"' }));

  expect(shown([sampleStep(1), ...says])).toHaveLength(5);
});

it('places a row with what it stands for among its siblings, and sums it up', () => {
  const found = rows([...rounds(3), sampleStep(9)]);
  const repeat = found[3]!.repeat!;

  expect(found.map(({ place, siblings }) => [place, siblings])).toEqual([
    [1, 1],
    [1, 4],
    [2, 4],
    [3, 4],
    [4, 4],
  ]);
  expect(found[3]).toMatchObject({ expandable: true, open: false });
  expect(sumsOf(repeat)).toEqual({ tokens: 240, costUsd: 0.02, unpriced: 0 });
  expect(lengthOf(repeat)).toBe(350);
});

it('folds many exchanges of which each says something else, and names who acts in them', () => {
  const differing = (times: number) =>
    rounds(times).map((step, i) => ({
      ...step,
      status: 'completed' as const,
      error_type: null,
      sentence: `says ${i}`,
    }));

  expect(shown(differing(8))).toEqual(['s1', 's2', 's3', 's4 ×7']);
  expect(rows(differing(8)).at(-1)?.repeat?.alike).toEqual(['gpt-4o', 'refund']);
  expect(shown(differing(7))).toHaveLength(15);
});

it('shows differing steps that failed, or that no model asked for', () => {
  const failing = rounds(9).map((step, i) => ({ ...step, sentence: `says ${i}` }));
  const alone = [
    sampleStep(1),
    ...Array.from({ length: 9 }, (_, i) =>
      sampleStep(i + 2, { tool_name: 'look_up', sentence: `found ${i}` }),
    ),
  ];

  expect(shown(failing)).toHaveLength(19);
  expect(shown(alone)).toHaveLength(10);
});
