import { describe, expect, it } from 'vitest';
import { fieldOf, readQuery, termsOf, withField, withoutTerm } from './query';

const now = Date.UTC(2026, 10, 22);

describe('a search text', () => {
  it('is words and fields', () => {
    expect(readQuery('refund status:failed user:u_2291 desk', now)).toEqual({
      query: { status: 'failed', user_id: 'u_2291', search: 'refund desk' },
      problems: [],
    });
  });

  it('may quote a value', () => {
    expect(readQuery('session:"a b" "two words"', now).query).toEqual({
      session_id: 'a b',
      search: 'two words',
    });
  });

  it('knows times relative to now', () => {
    expect(readQuery('since:24h before:30m', now).query).toEqual({
      started_after: now - 86_400_000,
      started_before: now - 1_800_000,
    });
  });

  it('ignores a field that is still being typed', () => {
    expect(readQuery('status:', now)).toEqual({ query: { search: 'status:' }, problems: [] });
  });

  it.each([
    ['statsu:failed', '“statsu:” is not a field; did you mean “status:”?'],
    ['status:broken', 'There is no status “broken”: running, completed, failed, cancelled, interrupted.'],
    ['since:tuesday', '“tuesday” is not a time: write 30m, 24h, 7d or 2026-11-20.'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(readQuery(text, now)).toEqual({ query: {}, problems: [problem] });
  });
});

describe('a switch', () => {
  it('sets its field and leaves the rest alone', () => {
    expect(withField('refund status:failed user:u_1', 'status', 'running')).toBe(
      'refund user:u_1 status:running',
    );
  });

  it('takes its field away', () => {
    expect(withField('refund status:failed', 'status', null)).toBe('refund');
  });

  it('reads its field back', () => {
    expect([fieldOf('a status:failed', 'status'), fieldOf('a', 'status')]).toEqual(['failed', null]);
    expect(fieldOf(withField('', 'session', 'a b'), 'session')).toBe('a b');
  });
});

it('takes one term away', () => {
  const text = 'refund status:failed user:u_1';

  expect(termsOf(text).map((term) => withoutTerm(text, term))).toEqual([
    'status:failed user:u_1',
    'refund user:u_1',
    'refund status:failed',
  ]);
});
