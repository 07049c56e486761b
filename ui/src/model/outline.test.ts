import { describe, expect, it } from 'vitest';
import type { Step } from '../api/types';
import { foldDone, openTo, parentRow, rowsOf, seedFolds, type Folds } from './outline';
import { sampleStep } from './samples';
import { buildTree } from './tree';

const everythingOpen: Folds = new Map();

function shownIds(
  steps: readonly Step[],
  folds: Folds,
  framework = false,
  keep: string | null = null,
): string[] {
  return rowsOf(buildTree(steps), { folds, framework, keep }).map((row) => row.node.step.id);
}

const nested = [
  sampleStep(1),
  sampleStep(2, { kind: 'framework' }),
  sampleStep(3, { parent_event_id: 's2', kind: 'llm' }),
  sampleStep(4, { parent_event_id: 's3', kind: 'framework' }),
  sampleStep(5),
];

describe('framework steps', () => {
  it('are left out, and what they enclose moves up', () => {
    const rows = rowsOf(buildTree(nested), { folds: everythingOpen, framework: false });

    expect(rows.map((row) => [row.node.step.id, row.depth])).toEqual([
      ['s1', 0],
      ['s3', 1],
      ['s5', 1],
    ]);
  });

  it('are shown on request', () => {
    expect(shownIds(nested, everythingOpen, true)).toEqual(['s1', 's2', 's3', 's4', 's5']);
  });

  it('are shown where one is selected', () => {
    expect(shownIds(nested, everythingOpen, false, 's4')).toEqual(['s1', 's3', 's4', 's5']);
  });

  it('alone make no branch that could be opened', () => {
    const rows = rowsOf(buildTree(nested), { folds: everythingOpen, framework: false });

    expect(rows.find((row) => row.node.step.id === 's3')?.expandable).toBe(false);
  });
});

it('hides what a closed branch encloses', () => {
  const steps = [sampleStep(1), sampleStep(2, { kind: 'agent' }), sampleStep(3, { parent_event_id: 's2' })];

  expect(shownIds(steps, new Map([['s2', false]]))).toEqual(['s1', 's2']);
});

it('tells each row its place among its siblings', () => {
  const rows = rowsOf(buildTree([sampleStep(1), sampleStep(2), sampleStep(3)]), {
    folds: everythingOpen,
    framework: false,
  });

  expect(rows.map((row) => [row.place, row.siblings])).toEqual([
    [1, 1],
    [1, 2],
    [2, 2],
  ]);
});

describe('the first folds', () => {
  const failedBranch = sampleStep(2, { kind: 'agent', status: 'failed' });
  const soundBranch = sampleStep(3, { kind: 'agent' });
  const leaves = Array.from({ length: 30 }, (_, i) =>
    sampleStep(i + 4, { parent_event_id: i % 2 ? 's2' : 's3' }),
  );
  const steps = [sampleStep(1, { status: 'failed' }), failedBranch, soundBranch, ...leaves];

  it('open what failed and close what went well', () => {
    const folds = seedFolds(buildTree(steps), new Map(), false);

    expect([...folds]).toEqual([
      ['s1', true],
      ['s2', true],
      ['s3', false],
    ]);
  });

  it('leave a small run open', () => {
    const folds = seedFolds(buildTree(steps.slice(0, 8)), new Map(), false);

    expect([...folds.values()]).toEqual([true, true, true]);
  });

  it('fold a search, whatever made it up, but for one that failed', () => {
    const searches = [
      sampleStep(1),
      sampleStep(2, { kind: 'retrieval' }),
      sampleStep(3, { kind: 'embedding', parent_event_id: 's2' }),
      sampleStep(4, { kind: 'retrieval', status: 'failed' }),
      sampleStep(5, { kind: 'embedding', parent_event_id: 's4', status: 'failed' }),
    ];

    for (const live of [true, false]) {
      const folds = seedFolds(buildTree(searches), new Map(), live);

      expect([folds.get('s2'), folds.get('s4')]).toEqual([false, true]);
    }
  });

  it('leave a live run open, and keep what a person closed', () => {
    const folds = seedFolds(buildTree(steps), new Map([['s2', false]]), true);

    expect(folds.get('s2')).toBe(false);
    expect(folds.get('s3')).toBe(true);
  });
});

it('folds agents of a live run whose work is done, but for those that a person chose', () => {
  const agents = ['completed', 'running', 'failed', 'completed'] as const;
  const tree = buildTree([
    sampleStep(1, { kind: 'agent', status: 'running' }),
    ...agents.flatMap((status, i) => [
      sampleStep(i * 2 + 2, { kind: 'agent', status }),
      sampleStep(i * 2 + 3, { parent_event_id: `s${i * 2 + 2}` }),
    ]),
  ]);

  const folds = foldDone(tree, seedFolds(tree, new Map(), true), new Set(['s8']));

  expect([...folds]).toEqual([
    ['s1', true],
    ['s2', false],
    ['s4', true],
    ['s6', true],
    ['s8', true],
  ]);
});

it('opens the way to a step', () => {
  const tree = buildTree([
    sampleStep(1),
    sampleStep(2, { kind: 'agent' }),
    sampleStep(3, { parent_event_id: 's2' }),
  ]);

  const folds = openTo(tree.byId.get('s3'), new Map([['s2', false]]));

  expect([...folds]).toEqual([
    ['s2', true],
    ['s1', true],
  ]);
});

it('finds the row that encloses another', () => {
  const rows = rowsOf(buildTree(nested), { folds: everythingOpen, framework: true });

  expect(parentRow(rows, rows[2])?.node.step.id).toBe('s2');
  expect(parentRow(rows, rows[0])).toBeUndefined();
});
