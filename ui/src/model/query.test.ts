import { describe, expect, it } from 'vitest';
import { fieldOf, parametersOf, readQuery, termsOf, withField, withoutTerm } from './query';

const now = Date.UTC(2026, 10, 22);

describe('a search text', () => {
  it('is words and fields', () => {
    expect(readQuery('refund status:failed user:u_2291 desk', now)).toEqual({
      query: { status: 'failed', user_id: 'u_2291', text: 'refund desk' },
      problems: [],
    });
  });

  it('may quote a value', () => {
    expect(readQuery('session:"a b" "two words"', now).query).toEqual({
      session_id: 'a b',
      text: '"two words"',
    });
  });

  it('knows times relative to now', () => {
    expect(readQuery('since:24h before:30m', now).query).toEqual({
      started_after: now - 86_400_000,
      started_before: now - 1_800_000,
    });
  });

  it.each([
    [
      'model:gpt-4o tool:search agent:desk kind:llm',
      { model: 'gpt-4o', tool: 'search', agent: 'desk', kind: 'llm' },
    ],
    ['tag:version=7 error:Timeout', { tag: 'version=7', error: 'Timeout' }],
    ['error:any', { has_error: true }],
    ['error:none', { has_error: false }],
    ['setup:any', { setup: null }],
    ['setup:only', { setup: true }],
    ['finding:loop', { finding: 'loop' }],
    ['cost:>0.1', { min_cost_usd: 0.1 }],
    ['cost:<=$2', { max_cost_usd: 2 }],
    ['tokens:>10k', { min_tokens: 10_001 }],
    ['tokens:>=10k tokens:<20k', { min_tokens: 10_000, max_tokens: 19_999 }],
    ['dur:>2s', { min_duration_ms: 2000 }],
    ['dur:<500ms', { max_duration_ms: 500 }],
    ['dur:>1.5m', { min_duration_ms: 90_000 }],
  ])('reads %s', (text, query) => {
    expect(readQuery(text, now)).toEqual({ query, problems: [] });
  });

  it('names the parameter that each term sets', () => {
    expect(termsOf('refund cost:>1 statsu:x status:failed dur:soon').map(parametersOf)).toEqual([
      ['text'],
      ['min_cost_usd'],
      [],
      ['status'],
      [],
    ]);
  });

  it('ignores a field that is still being typed', () => {
    expect(readQuery('status:', now)).toEqual({ query: { text: 'status:' }, problems: [] });
  });

  it.each([
    ['statsu:failed', '“statsu:” is not a field; did you mean “status:”?'],
    ['status:broken', 'There is no status “broken”: running, completed, failed, cancelled, interrupted.'],
    ['finding:luck', expect.stringContaining('There is no class of findings “luck”: error, loop, stall,')],
    ['cost:much', '“much” is not a bound: write >0.1 or <2.'],
    ['dur:>5parsecs', '“>5parsecs” is not a bound: write >2s or <500ms.'],
    ['models:gpt-4o', '“models:” is not a field; did you mean “model:”?'],
    ['constructor:x', '“constructor:” is not a field; did you mean “cost:”?'],
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
