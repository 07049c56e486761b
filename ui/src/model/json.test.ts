import { describe, expect, it } from 'vitest';
import { jsonText, linesOf, shortText, type Line } from './json';

const text = (lines: readonly Line[]) =>
  lines.map((line) => '  '.repeat(line.depth) + line.tokens.map((token) => token.text).join(''));

describe('the lines of a value', () => {
  it('hold short values whole', () => {
    expect(text(linesOf({ id: 'ch_1', amount: 6450, tags: ['a', 'b'] }, new Map()))).toEqual([
      '{"id": "ch_1", "amount": 6450, "tags": ["a", "b"]}',
    ]);
  });

  it('break long values, and read back as the same JSON', () => {
    const value = {
      charges: [{ id: 'ch_3QkT7f', order: '48213', amount: 6450, card: 'visa', created: '2026-11-20' }],
      more: null,
    };

    const lines = text(linesOf(value, new Map()));

    expect(lines.length).toBeGreaterThan(5);
    expect(JSON.parse(lines.join('\n'))).toEqual(value);
  });

  it('put short fields of a record side by side, and long ones on lines of their own', () => {
    const record = {
      id: 'ch_3QkT7f',
      order: '48213',
      amount: 6450,
      note: 'charged twice, says the customer of this order',
      card: 'visa',
      ok: true,
    };

    expect(text(linesOf({ charges: [record] }, new Map()))).toEqual([
      '{',
      '  "charges": [',
      '    {',
      '      "id": "ch_3QkT7f", "order": "48213", "amount": 6450,',
      '      "note": "charged twice, says the customer of this order",',
      '      "card": "visa", "ok": true',
      '    }',
      '  ]',
      '}',
    ]);
  });

  it('fold what looks alike, and open it on request', () => {
    const row = { id: 'ch_3QkT7f', order: '48213', amount: 6450, card: 'visa', created: '2026-11-20' };
    const value = [row, row, row, row, row];

    const folded = linesOf(value, new Map()).filter((line) => line.open === false);
    const opened = linesOf(value, new Map(folded.map((line) => [line.path, true])));

    expect(text(folded)[0]).toBe('  {"id": "ch_3QkT7f", …},');
    expect(JSON.parse(text(opened).join('\n'))).toEqual(value);
  });

  it('have paths that differ', () => {
    const paths = linesOf(
      { a: { b: [[], {}, 'x'.repeat(80)] }, c: Array(9).fill({ d: 'y'.repeat(70) }) },
      new Map(),
    ).map((line) => line.path);

    expect(new Set(paths).size).toBe(paths.length);
  });

  it.each([[null], [true], [0], [''], [[]], [{}]])('hold %j', (value) => {
    expect(text(linesOf(value, new Map()))).toEqual([JSON.stringify(value)]);
  });
});

it('copies text as it is and values as JSON', () => {
  expect([jsonText('a "b"'), jsonText({ a: 1 }), jsonText(undefined)]).toEqual([
    'a "b"',
    '{\n  "a": 1\n}',
    'undefined',
  ]);
});

it('cuts a value to one short line', () => {
  expect(shortText({ text: 'x'.repeat(300) }, 20)).toBe(`{"text":"${'x'.repeat(10)}…`);
});
