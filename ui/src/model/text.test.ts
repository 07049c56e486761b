import { describe, expect, it } from 'vitest';
import { stretchesOf } from './redaction';
import { firstLines } from './text';

describe('a long text', () => {
  it('is cut after its first lines, and says how many are left', () => {
    const text = Array.from({ length: 1540 }, (_, i) => `line ${i}`).join('\n');

    const first = firstLines(text);

    expect([first.text.split('\n').length, first.left]).toEqual([200, 1340]);
  });

  it('is cut also when it is one line', () => {
    const first = firstLines('x'.repeat(100_000));

    expect([first.text.length, first.left]).toEqual([24_000, 1]);
  });

  it('that is short is left alone', () => {
    expect(firstLines('a\nb')).toEqual({ text: 'a\nb', left: 0 });
  });
});

describe('a masked value', () => {
  it('is told apart from the text around it', () => {
    expect(stretchesOf('card [REDACTED:card], key [REDACTED]')).toEqual([
      { text: 'card ', rule: null },
      { text: '[REDACTED:card]', rule: 'card' },
      { text: ', key ', rule: null },
      { text: '[REDACTED]', rule: 'masked' },
    ]);
  });

  it('may be missing', () => {
    expect([stretchesOf(''), stretchesOf('REDACTED')]).toEqual([
      [{ text: '', rule: null }],
      [{ text: 'REDACTED', rule: null }],
    ]);
  });
});
