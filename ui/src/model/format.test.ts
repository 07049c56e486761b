import { describe, expect, it } from 'vitest';
import { bytes, cost, costOf, count, dayName, duration, plural, totalTokens, UNKNOWN, when } from './format';

describe('a duration', () => {
  it.each([
    [0.4, '<1 ms'],
    [350, '350 ms'],
    [999.7, '1.0 s'],
    [48_320, '48.3 s'],
    [59_960, '1 m 0 s'],
    [112_000, '1 m 52 s'],
    [3_700_000, '1 h 2 m'],
  ])('of %d ms reads %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('what is unknown', () => {
  it('is never a zero', () => {
    expect([duration(null), count(null), cost(undefined), totalTokens({})]).toEqual([
      UNKNOWN,
      UNKNOWN,
      UNKNOWN,
      null,
    ]);
  });

  it('is told apart from zero', () => {
    expect([count(0), cost(0), totalTokens({ input: 0, output: null })]).toEqual(['0', '$0', 0]);
  });

  it('makes a sum a lower bound', () => {
    expect([costOf(0.0134, 0), costOf(0.0134, 2), costOf(null, 2)]).toEqual(['$0.013', '$0.013+', UNKNOWN]);
  });
});

it.each([
  [0.0002, '<$0.001'],
  [0.126, '$0.126'],
  [12.345, '$12.35'],
  [1234.5, '$1,235'],
])('writes a cost of %d as %s', (usd, text) => {
  expect(cost(usd)).toBe(text);
});

it.each([
  [6_104, '6,104'],
  [65_063, '65.1k'],
  [3_100_000, '3.1M'],
])('writes a count of %d as %s', (n, text) => {
  expect(count(n)).toBe(text);
});

it('counts in words', () => {
  expect([plural(1, 'step'), plural(0, 'step'), plural(1204, 'step')]).toEqual([
    '1 step',
    '0 steps',
    '1,204 steps',
  ]);
});

it('says how long ago today and at what time before', () => {
  const now = new Date(2026, 10, 22, 9, 45).getTime();

  expect([now - 5_000, now - 240_000, now - 7_300_000, now - 86_400_000].map((ms) => when(ms, now))).toEqual([
    'now',
    '4 min',
    '2 h',
    '09:45',
  ]);
});

it('names days', () => {
  const now = new Date(2026, 10, 22, 0, 5).getTime();
  const days = [now - 60_000, now - 600_000, now - 3 * 86_400_000, now - 400 * 86_400_000];

  expect(days.map((ms) => dayName(ms, now))).toEqual(['Today', 'Yesterday', '19 Nov', '18 Oct 2025']);
});

it('writes sizes', () => {
  expect([412, 40_000, 1_500_000, 96_000_000].map(bytes)).toEqual(['412 B', '40 kB', '1.5 MB', '96 MB']);
});
