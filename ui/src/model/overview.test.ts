import { expect, it } from 'vitest';
import type { RunFindings } from '../api/types';
import { dragged, overviewOf } from './overview';
import { sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

const found: RunFindings = {
  run_id: 'r',
  headline: null,
  findings: [
    {
      id: 'f',
      number: 1,
      finding_class: 'not_seen',
      severity: 'warning',
      step_id: 's2',
      sentence: '',
      evidence: [],
      wasted_tokens: null,
      wasted_cost_usd: null,
      wasted_ms: null,
    },
  ],
  first_suspect: null,
  candidates: [],
  ledger: [],
  steps_read: 4,
  complete: true,
};

it('gives each agent a line, and ticks to errors and findings', () => {
  const tree = buildTree([
    sampleStep(1, { agent: 'desk' }),
    sampleModelCall(2, { agent: 'desk' }),
    sampleStep(3, { kind: 'agent', agent: 'billing' }),
    sampleStep(4, { agent: 'billing', parent_event_id: 's3', status: 'failed' }),
  ]);
  const { lines, ticks } = overviewOf(tree, found);

  expect(lines).toEqual([
    [{ fromMs: 200, toMs: 250, tone: 'llm' }],
    [{ fromMs: 400, toMs: 450, tone: 'err' }],
  ]);
  expect(ticks.map(({ fromMs, tone }) => [fromMs, tone])).toEqual([
    [400, 'err'],
    [200, 'warn'],
  ]);
});

it('lets the agents after the fifth share a line', () => {
  const steps = Array.from({ length: 9 }, (_, i) => sampleStep(i + 1, { kind: 'tool', agent: `a${i}` }));

  expect(overviewOf(buildTree(steps), null).lines.map((line) => line.length)).toEqual([1, 1, 1, 1, 1, 4]);
});

it('takes a drag for a stretch of the clock, in either direction, and a click for none', () => {
  expect(dragged(10, 60, 100, 1000)).toEqual({ fromMs: 100, toMs: 600 });
  expect(dragged(60, -20, 100, 1000)).toEqual({ fromMs: 0, toMs: 600 });
  expect(dragged(10, 12, 100, 1000)).toBeNull();
});
