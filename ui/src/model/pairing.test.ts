import { expect, it } from 'vitest';
import type { Part } from './messages';
import { callerOf, readerOf, stepOfCall, stepsOfResults } from './pairing';
import { sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

const called = (name: string): Part => ({ kind: 'call', id: null, name, args: {} });
const steps = [
  sampleStep(1),
  sampleModelCall(2),
  sampleStep(3, { tool_name: 'search' }),
  sampleStep(4, { tool_name: 'search' }),
  sampleStep(5, { kind: 'agent' }),
  sampleModelCall(6, { parent_event_id: 's5' }),
  sampleStep(7, { parent_event_id: 's5', tool_name: 'search' }),
  sampleModelCall(8),
  sampleStep(9, { kind: 'framework' }),
  sampleStep(10, { parent_event_id: 's9', tool_name: 'refund' }),
];
const tree = buildTree(steps);
const [, first, , , , , , second] = steps;

it('finds the step of each call of one turn, in order', () => {
  const calls = [called('search'), called('search'), called('refund')];

  expect([0, 1, 2].map((index) => stepOfCall(tree, first!, calls, index)?.id)).toEqual([
    's3',
    's4',
    undefined,
  ]);
});

it('looks through framework steps', () => {
  expect(stepOfCall(tree, second!, [called('refund')], 0)?.id).toBe('s10');
});

it('finds the model call behind a tool step, of the same agent only', () => {
  expect([3, 4, 7, 10].map((number) => callerOf(tree, steps[number - 1]!)?.id)).toEqual([
    's2',
    's2',
    's6',
    's8',
  ]);
});

it('finds the model call that follows a tool step, of the same agent only', () => {
  expect([3, 7].map((number) => readerOf(tree, steps[number - 1]!)?.id)).toEqual(['s8', undefined]);
});

it('finds the steps behind results, where there are as many', () => {
  const told = (name: string): Part => ({ kind: 'result', id: null, name, value: 'found' });
  const results = [told('search'), told('search')];
  const found = stepsOfResults(tree, second!, results);

  expect(results.map((part) => found.get(part)?.id)).toEqual(['s3', 's4']);
  expect(stepsOfResults(tree, second!, [...results, told('search')]).size).toBe(0);
  expect(stepsOfResults(tree, second!, [told('refund')]).size).toBe(0);
});
