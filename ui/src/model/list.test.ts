import { describe, expect, it } from 'vitest';
import { appendRuns, bySession, insertRun, itemsOf, neighbourRun, newRuns, replaceRuns } from './list';
import { sampleRun } from './samples';

const DAY = 86_400_000;
const now = new Date(2026, 10, 22, 12).getTime();
const today = sampleRun('a', { started_at: now });
const yesterday = sampleRun('b', { started_at: now - DAY });

it('puts a day above the first run of each day', () => {
  const items = itemsOf([today, yesterday, sampleRun('c', { started_at: now - DAY })], now);

  expect(items.map((item) => (item.kind === 'day' ? item.name : item.run.id))).toEqual([
    'Today',
    'a',
    'Yesterday',
    'b',
    'c',
  ]);
});

it('counts the runs of each day, and says where there may be more', () => {
  const runs = [today, yesterday, sampleRun('c', { started_at: now - DAY })];
  const notes = (more: boolean) =>
    itemsOf(runs, now, false, more).flatMap((item) => (item.kind === 'day' ? [item.note] : []));

  expect(notes(false)).toEqual(['1', '2']);
  expect(notes(true)).toEqual(['1', '2+']);
});

describe('a change', () => {
  it('replaces a run where it stands', () => {
    const failed = sampleRun('b', { status: 'failed' });

    expect(replaceRuns([today, yesterday], [failed], {})).toEqual([today, failed]);
  });

  it('takes out a run that no longer has the status asked for', () => {
    const running = sampleRun('a', { status: 'running' });

    expect(replaceRuns([running], [today], { status: 'running' })).toEqual([]);
  });

  it('tells which runs are new', () => {
    expect(newRuns([yesterday], [today, yesterday])).toEqual([today]);
  });
});

it('appends a page without repeating runs that moved into it', () => {
  expect(appendRuns([today, yesterday], [yesterday, sampleRun('c')]).map((run) => run.id)).toEqual([
    'a',
    'b',
    'c',
  ]);
});

it('walks from run to run', () => {
  const runs = [today, yesterday];

  expect(
    [neighbourRun(runs, 'a', 1), neighbourRun(runs, 'b', 1), neighbourRun(runs, null, 1)].map(
      (run) => run?.id,
    ),
  ).toEqual(['b', 'b', 'a']);
});

it('puts the runs of one session below its name, those of none last', () => {
  const runs = [
    sampleRun('a', { session_id: 'tea' }),
    sampleRun('b'),
    sampleRun('c', { session_id: 'cake' }),
    sampleRun('d', { session_id: 'tea' }),
  ];
  const items = itemsOf(bySession(runs), now, true);

  expect(items.map((item) => (item.kind === 'day' ? `${item.name}, ${item.note}` : item.run.id))).toEqual([
    'tea, 2 runs',
    'a',
    'd',
    'cake, 1 run',
    'c',
    'No session, 1 run',
    'b',
  ]);
});

it('puts a run that is found later at its place, once', () => {
  const old = sampleRun('c', { started_at: now - 2 * DAY });

  expect(insertRun([today, old], yesterday).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(insertRun([today], old).map(({ id }) => id)).toEqual(['a', 'c']);
  expect(insertRun([today, old], old).map(({ id }) => id)).toEqual(['a', 'c']);
});
