import { expect, it } from 'vitest';
import { ansiStretches, hasAnsi } from './ansi';

it('colours of a terminal become tones', () => {
  expect(ansiStretches('a \x1b[1;31mred\x1b[0m b')).toEqual([
    { text: 'a ', tone: null, bold: false },
    { text: 'red', tone: 'err', bold: true },
    { text: ' b', tone: null, bold: false },
  ]);
});

it('other sequences leave nothing behind', () => {
  expect(ansiStretches('\x1b[2Kdone\x1b[?25h').map(({ text }) => text)).toEqual(['done']);
});

it('a text without any is one stretch', () => {
  expect([hasAnsi('plain'), ansiStretches('plain').length, ansiStretches('').length]).toEqual([false, 1, 1]);
});
