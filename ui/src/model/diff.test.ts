import { expect, it } from 'vitest';
import { diffLines, messageText } from './diff';

it('puts changed lines beside each other between those that are the same', () => {
  expect(diffLines('a\nold\nz', 'a\nnew\nmore\nz')).toEqual([
    { left: 'a', right: 'a', same: true },
    { left: 'old', right: 'new', same: false },
    { left: null, right: 'more', same: false },
    { left: 'z', right: 'z', same: true },
  ]);
});

it('finds what was put in', () => {
  const lines = diffLines('1\n3', '1\n2\n3');

  expect(lines.filter(({ same }) => !same)).toEqual([{ left: null, right: '2', same: false }]);
});

it('takes two texts of any length', () => {
  const long = Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n');

  expect(diffLines(long, `${long}\nend`).filter(({ same }) => !same)).toHaveLength(1);
});

it('reads what a message says', () => {
  const message = { role: 'tool', parts: [{ type: 'tool_call_response', response: { id: 1 } }] };

  expect(messageText(message)).toBe('{\n  "id": 1\n}');
});
