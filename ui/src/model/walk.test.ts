import { expect, it } from 'vitest';
import { rowsOf } from './outline';
import { sampleStep } from './samples';
import { buildTree } from './tree';
import { findStep, firstStep, neighbour, nextError } from './walk';

const steps = [
  sampleStep(1, { status: 'failed' }),
  sampleStep(2),
  sampleStep(3, { status: 'failed' }),
  sampleStep(4, { status: 'failed' }),
];
const tree = buildTree(steps);
const rows = rowsOf(tree, { folds: new Map(), framework: false });

it('opens a failed run where it failed first', () => {
  expect(firstStep(tree, 'failed')?.step.id).toBe('s3');
});

it('opens a completed run at its root', () => {
  expect(firstStep(tree, 'completed')?.step.id).toBe('s1');
});

it.each(['interrupted', 'running'] as const)(
  'opens an %s run at the innermost step that is open',
  (status) => {
    const open = buildTree([
      sampleStep(1, { status }),
      sampleStep(2, { status, kind: 'agent' }),
      sampleStep(3, { status, parent_event_id: 's2' }),
      sampleStep(4, { status, parent_event_id: 's3', kind: 'framework' }),
    ]);

    expect(firstStep(open, status)?.step.id).toBe('s3');
  },
);

it('walks from row to row and stays inside the list', () => {
  const ids = [
    neighbour(rows, 's1', 1),
    neighbour(rows, 's4', 1),
    neighbour(rows, null, 1),
    neighbour(rows, null, -1),
  ];

  expect(ids.map((row) => row?.node.step.id)).toEqual(['s2', 's4', 's1', 's4']);
});

it('walks from error to error and round again', () => {
  const ids = [
    nextError(tree, 's1', 1),
    nextError(tree, 's3', 1),
    nextError(tree, 's4', 1),
    nextError(tree, 's3', -1),
  ];

  expect(ids.map((node) => node?.step.id)).toEqual(['s3', 's4', 's3', 's4']);
});

it('finds no error where there is none', () => {
  expect(nextError(buildTree([sampleStep(1)]), 's1', 1)).toBeUndefined();
});

it('finds a step by its id and by its number', () => {
  expect([findStep(tree, 's3'), findStep(tree, '3')].map((node) => node?.step.id)).toEqual(['s3', 's3']);
  expect(findStep(tree, '99')).toBeUndefined();
});
