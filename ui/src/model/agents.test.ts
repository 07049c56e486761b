import { expect, it } from 'vitest';
import { agentsOf, besideOthers } from './agents';
import { sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

const steps = [
  sampleStep(1, { agent: 'desk', duration_ms: 900, offset_ms: 0 }),
  sampleModelCall(2, { agent: 'desk' }),
  sampleStep(3, { kind: 'agent', name: 'billing', parent_event_id: 's1' }),
  sampleModelCall(4, { parent_event_id: 's3', cost_usd: null }),
  sampleStep(5, { parent_event_id: 's3', tool_name: 'refund', status: 'failed' }),
  sampleStep(6, { parent_event_id: 's3', tool_name: 'refund' }),
  sampleStep(7, { kind: 'framework' }),
];

it('gives each agent its steps, also those that name none', () => {
  const agents = agentsOf(buildTree(steps));

  expect(agents.map(({ name, nodes }) => [name, nodes.map(({ step }) => step.number)])).toEqual([
    ['desk', [1, 2]],
    ['billing', [3, 4, 5, 6]],
  ]);
  expect(agents.map(({ from }) => from)).toEqual([null, 'desk']);
});

it('sums up what is known, and counts what is not', () => {
  const [desk, billing] = agentsOf(buildTree(steps));

  expect(desk).toMatchObject({
    llmCalls: 1,
    tokens: 120,
    costUsd: 0.01,
    unpriced: 0,
    failures: 0,
    endMs: 900,
  });
  expect(billing).toMatchObject({ llmCalls: 1, tokens: 120, costUsd: null, unpriced: 1, failures: 1 });
  expect([...billing!.tools]).toEqual([['refund', 2]]);
});

it('keeps steps that no agent did', () => {
  const [only] = agentsOf(buildTree([sampleStep(1, { kind: 'task' })]));

  expect(only).toMatchObject({ name: 'No agent', tokens: null, llmCalls: 0 });
});

it('names agents that work while another of the same starter does', () => {
  const begin = (number: number, name: string, offset_ms: number) =>
    sampleStep(number, { kind: 'agent', name, parent_event_id: 's1', offset_ms, duration_ms: 100 });
  const tree = buildTree([steps[0]!, begin(2, 'one', 10), begin(3, 'beside', 50), begin(4, 'later', 400)]);

  expect([...besideOthers(agentsOf(tree))]).toEqual(['beside']);
});
