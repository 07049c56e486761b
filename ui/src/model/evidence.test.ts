import { expect, it } from 'vitest';
import { evidenceOfFinding, evidenceOfRun, evidenceOfStep } from './evidence';
import { sampleDetail, sampleFinding, sampleFindings, sampleRun, sampleStep } from './samples';

const step = sampleStep(3, { tool_name: 'refund', status: 'failed', sentence: '`refund` failed: NotFound' });
const place = { step_id: 's3', step_number: 3, role: 'began here', place: null, quote: 'no ch_1' };
const finding = sampleFinding(1, 's3', { sentence: 'Step 3 failed.', evidence: [place], wasted_ms: 400 });
const found = { ...sampleFindings(finding), headline: 'It failed.' };
const run = sampleRun('8c41', { status: 'failed' });

it('of a finding names the steps it rests on with their ids', () => {
  expect(evidenceOfFinding(run, found, finding).split('\n')).toEqual([
    '## 1. Error (error)',
    '',
    'Step 3 failed. [`error-1`]',
    '',
    '- step 3 `s3`: began here: “no ch_1”',
    '- Wasted: 400 ms',
    '',
    '- Run `8c41`: support-desk, failed, 2026-11-22T09:00:00.000Z',
    '',
  ]);
});

it('of a run holds every finding, and what was lost', () => {
  const lost = {
    kind: 'redacted' as const,
    between: 'app_and_screen' as const,
    count: 2,
    step_ids: [],
    sentence: '2 values were masked.',
  };
  const text = evidenceOfRun(run, { ...found, ledger: [lost] });

  expect(text).toContain('# support-desk: It failed.');
  expect(text).toContain('Step 3 failed.');
  expect(text).toContain('- redacted: 2 values were masked.');
});

it('of a step holds its error and contents in fences that they cannot close', () => {
  const detail = {
    ...sampleDetail(step, { tool_arguments: { charge: '```ch_1```' } }),
    error: { type: 'NotFound', message: 'no ch_1', stack_trace: null },
  };
  const text = evidenceOfStep(run, detail, found);

  expect(text).toContain('- Step `s3`: tool, failed, at 300 ms for 50 ms');
  expect(text).toContain('- Finding 1, Error: Step 3 failed.');
  expect(text).toContain('```\nNotFound\nno ch_1\n```');
  expect(text).toContain('````\n{\n  "charge": "```ch_1```"\n}\n````');
});

it('of a long content is cut, and says by how much', () => {
  const detail = sampleDetail(step, { tool_result: 'x'.repeat(2000) });

  expect(evidenceOfStep(run, detail, null)).toContain('… 500 more characters');
});
