import { expect, it } from 'vitest';
import type { Step, Turn } from '../api/types';
import { speechesOf } from './dialogue';
import { foldAgain, isAgain, lastedMs, tokensOf } from './retelling';
import { sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

const refund = (number: number, given: Partial<Step> = {}) =>
  sampleStep(number, { agent: 'desk', tool_name: 'refund', sentence: '`refund` failed', ...given });
const turnOf = (step: Step, given: Partial<Turn> = {}): Turn => ({
  step_id: step.id,
  step_number: step.number,
  agent: 'desk',
  direction: 'step',
  message: null,
  ...given,
});

function told(steps: readonly Step[], turns = steps.slice(1).map((step) => turnOf(step))) {
  return speechesOf(turns, buildTree(steps)).flatMap(({ lines }) => foldAgain(lines));
}

it('folds what is done again after the first, and says how long it lasted', () => {
  const lines = told([sampleStep(1), refund(2), refund(3), refund(4), refund(5, { sentence: 'another' })]);

  expect(lines.map((line) => (isAgain(line) ? `×${line.times}` : line.turn.step_id))).toEqual([
    's2',
    '×2',
    's5',
  ]);
  expect(lines.flatMap((line) => (isAgain(line) ? [lastedMs(line)] : []))).toEqual([150]);
});

it('keeps lines that differ, and messages that are given', () => {
  const steps = [sampleStep(1), refund(2), refund(3), refund(4)];
  const failing = steps.map((step, i) => ({ ...step, status: i % 2 ? ('failed' as const) : step.status }));
  const message = { role: 'tool', parts: [{ type: 'text', content: 'no' }] };

  expect(told(failing).some(isAgain)).toBe(false);
  expect(
    told(
      steps,
      steps.map((step) => turnOf(step, { direction: 'input', message })),
    ).some(isAgain),
  ).toBe(false);
});

it('sums up the model calls that chose what is done again, each once', () => {
  const steps = [
    sampleStep(1, { agent: 'desk' }),
    ...[2, 4, 6].flatMap((n) => [sampleModelCall(n, { agent: 'desk' }), refund(n + 1)]),
  ];
  const turns = steps.filter(({ tool_name }) => tool_name).map((step) => turnOf(step));
  const again = told(steps, turns).filter(isAgain);

  expect(again.map((each) => tokensOf(each, buildTree(steps)))).toEqual([240]);
  expect(tokensOf({ times: 1, lines: [] }, buildTree(steps))).toBe(null);
});
