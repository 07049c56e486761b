import { expect, it } from 'vitest';
import { doingNow } from './doing';
import { sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

it('is the innermost steps that are open, the oldest first, with what such steps take', () => {
  const tool = { tool_name: 'fetch', parent_event_id: 's2' } as const;
  const tree = buildTree([
    sampleStep(1, { status: 'running' }),
    sampleStep(2, { kind: 'agent', agent: 'searcher', status: 'running' }),
    sampleStep(3, { ...tool, duration_ms: 100 }),
    sampleStep(4, { ...tool, duration_ms: 300 }),
    sampleStep(5, { ...tool, duration_ms: 900 }),
    sampleModelCall(6, { status: 'running', parent_event_id: 's1' }),
    sampleStep(7, { ...tool, status: 'running' }),
  ]);

  expect(doingNow(tree).map(({ node, agent, usualMs }) => [node.step.id, agent, usualMs])).toEqual([
    ['s6', 'step 1', null],
    ['s7', 'searcher', 300],
  ]);
});

it('is nothing while only the run itself is open', () => {
  expect(doingNow(buildTree([sampleStep(1, { status: 'running' })]))).toEqual([]);
});
