import { expect, it } from 'vitest';
import { criticalPathOf } from './critical';
import { sampleStep } from './samples';
import { buildTree } from './tree';

const at = (number: number, offset_ms: number, duration_ms: number, parent: string | null = 's1') =>
  sampleStep(number, { offset_ms, duration_ms, parent_event_id: parent });

it('goes back from the end along what ended last', () => {
  const tree = buildTree([
    at(1, 0, 1000, null),
    at(2, 0, 300),
    at(3, 0, 500),
    at(4, 500, 500),
    at(5, 600, 100),
  ]);

  expect([...criticalPathOf(tree, 1000).ids].sort()).toEqual(['s1', 's3', 's4']);
});

it('goes into what lies on it, and not into what does not', () => {
  const tree = buildTree([
    at(1, 0, 900, null),
    at(2, 0, 900),
    at(3, 0, 100),
    at(4, 100, 800, 's2'),
    at(5, 0, 50, 's3'),
  ]);

  expect([...criticalPathOf(tree, 900).ids].sort()).toEqual(['s1', 's2', 's4']);
});

it('finds waits that are long enough to matter', () => {
  const tree = buildTree([at(1, 0, 5000, null), at(2, 10, 990), at(3, 3000, 2000)]);

  expect([...criticalPathOf(tree, 5000).gaps]).toEqual([['s3', { fromMs: 1000, toMs: 3000 }]]);
});

it('takes steps that happened at a moment', () => {
  const instant = sampleStep(2, { offset_ms: 100, duration_ms: null });

  expect(criticalPathOf(buildTree([at(1, 0, 500, null), instant]), 500).ids.has('s2')).toBe(true);
});
