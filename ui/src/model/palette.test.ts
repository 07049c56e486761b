import { expect, it } from 'vitest';
import { groupsOf } from './palette';
import { sampleRun, sampleStep } from './samples';

const known = {
  steps: [sampleStep(1), sampleStep(2, { sentence: '`issue_refund` failed: ChargeNotFound' })],
  runs: [sampleRun('8c41aa', { name: 'support-desk' }), sampleRun('77d0bb', { name: 'digest' })],
};

it('finds steps, runs and commands by words in any order', () => {
  const found = groupsOf('failed refund', known);

  expect(found.map(({ title, entries }) => [title, entries.map(({ note, text }) => note || text)])).toEqual([
    ['Steps in this run', ['step 2']],
    ['Commands', ['Search runs for “failed refund”']],
  ]);
});

it('shows runs and commands with their keys before anything is typed', () => {
  const [runs, commands] = groupsOf('', known);

  expect(runs?.entries).toHaveLength(2);
  expect(commands?.entries[0]).toMatchObject({ keys: 'c' });
});

it('opens a run by an id that has not been read', () => {
  const [runs] = groupsOf('beef01', known);

  expect(runs?.entries[0]?.target).toEqual({ kind: 'open', id: 'beef01' });
  expect(groupsOf('8c41', known)[0]?.entries[0]?.target.kind).toBe('run');
});

it('puts steps that failed first, and tells what several say once', () => {
  const failure = { sentence: '`refund` failed', tool_name: 'refund', status: 'failed' } as const;
  const steps = [
    sampleStep(1, { sentence: 'chose `refund`' }),
    sampleStep(2, failure),
    sampleStep(3, failure),
  ];
  const [found, commands] = groupsOf('refund', { steps, runs: [] });

  expect(found?.entries.map(({ note }) => note)).toEqual(['step 2', 'step 1']);
  expect(commands?.entries[0]).toMatchObject({
    text: 'Filter runs by tool `refund`',
    target: { kind: 'search', text: 'tool:refund' },
  });
});
