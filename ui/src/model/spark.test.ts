import { expect, it } from 'vitest';
import { sparkPath } from './spark';

it('the busiest stretch is as high as the line, and quiet ones are seen', () => {
  expect(sparkPath([4, 0, 1, 400])).toBe('M0.5 12v-1.5M2.5 12v-1.5M3.5 12v-12');
});

it('a run without steps has no line', () => {
  expect([sparkPath([]), sparkPath([0, 0])]).toEqual(['', '']);
});
