/** What of a model call is new, and what takes how much of its context. */
import { describe, expect, it } from 'vitest';
import type { MessageChange, StepContext } from '../api/types';
import { basisOf, rowsOfCall, sharesOf } from './context';
import { conversationOf } from './messages';

const said = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
const change = (given: Partial<MessageChange>): MessageChange => ({
  change: 'same',
  index: 0,
  previous_indexes: [],
  message: null,
  previous: null,
  ...given,
});

function sampleContext(given: Partial<StepContext>): StepContext {
  return {
    step_id: 's4',
    previous_step_id: 's2',
    previous_step_number: 2,
    changes: [],
    shares: [],
    input_tokens: null,
    sentence: '',
    ...given,
  };
}

const before = conversationOf({
  system_instructions: [{ type: 'text', content: 'Be brief.' }],
  input_messages: [said('user', 'Hello')],
  output_messages: [said('assistant', 'Hi')],
});
const now = conversationOf({
  system_instructions: [{ type: 'text', content: 'Be brief.' }],
  input_messages: [said('user', 'Hello'), said('assistant', 'Hi'), said('user', 'More')],
  output_messages: [said('assistant', 'More it is')],
});
const changes = [
  change({ index: 0, previous_indexes: [0] }),
  change({ change: 'added', index: 1 }),
  change({ change: 'added', index: 2 }),
];
const texts = (rows: ReturnType<typeof rowsOfCall>) =>
  rows.map((row) => (row.kind === 'same' ? row.count : `${row.kind} ${row.message.role}`));

describe('the messages of a call', () => {
  it('fold what the call before was given, and its own answer', () => {
    const rows = rowsOfCall(now, sampleContext({ changes }), before, true);

    expect(texts(rows)).toEqual([3, 'message user', 'message assistant']);
  });

  it('are all there when more than the new ones are wanted', () => {
    const rows = rowsOfCall(now, sampleContext({ changes }), before, false);

    expect(rows.map((row) => row.kind === 'message' && row.fresh)).toEqual([false, false, false, true, true]);
  });

  it('of a first call are all shown, none of them as new', () => {
    const rows = rowsOfCall(now, sampleContext({ previous_step_id: null }), null, true);

    expect(rows).toHaveLength(5);
    expect(rows.some((row) => row.kind === 'message' && row.fresh)).toBe(false);
  });

  it('that were taken out stay, as removed', () => {
    const gone = change({ change: 'removed', index: null, previous: said('user', 'Old') });

    expect(texts(rowsOfCall(now, sampleContext({ changes: [gone] }), before, true))).toContain(
      'removed user',
    );
  });

  it('that were rewritten show the words that changed', () => {
    const given = change({
      change: 'rewritten',
      index: 2,
      message: said('user', 'More tea'),
      previous: said('user', 'Less tea'),
    });
    const row = rowsOfCall(now, sampleContext({ changes: [given] }), before, true)[1];

    expect(row?.kind === 'rewritten' && row.words).toEqual([
      { text: 'Less', change: 'removed' },
      { text: 'More', change: 'added' },
      { text: ' tea', change: 'same' },
    ]);
  });

  it('that stand for several say for how many', () => {
    const given = change({ change: 'compacted', index: 2, previous_indexes: [1, 2, 3] });
    const rows = rowsOfCall(now, sampleContext({ changes: [given] }), before, true);

    expect(rows.map((row) => row.kind === 'message' && row.note)).toContain('compacted 3 into 1');
  });
});

describe('the shares of a context', () => {
  const shares = [
    { part: 'system', characters: 25, tokens: 10, estimated: true },
    { part: 'new', characters: 75, tokens: 30, estimated: true },
  ] as const;

  it('are tokens where they were counted, and said to be estimated', () => {
    const context = sampleContext({ shares: [...shares], input_tokens: 40 });

    expect(sharesOf(context).map(({ label, amount, percent }) => [label, amount, percent])).toEqual([
      ['System', '10', 25],
      ['New', '30', 75],
    ]);
    expect(basisOf(context)).toBe('40 tokens, parts estimated by characters');
  });

  it('are characters where no tokens were counted', () => {
    const context = sampleContext({ shares: shares.map((share) => ({ ...share, tokens: null })) });

    expect(sharesOf(context)[0]?.amount).toBe('25 characters');
    expect(basisOf(context)).toBe('tokens unknown, shares by characters');
  });
});
