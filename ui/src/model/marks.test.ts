import { expect, it } from 'vitest';
import { letterOf, pairOf, toggleMark } from './marks';

it('a second press takes the mark away, and a third run replaces the first', () => {
  expect([toggleMark(['a'], 'a'), toggleMark(['a', 'b'], 'c')]).toEqual([[], ['b', 'c']]);
});

it.each([
  [['a', 'b'], 'c', ['a', 'b']],
  [['a'], 'c', ['a', 'c']],
  [['a'], 'a', ['a', null]],
  [[], 'c', ['c', null]],
  [[], null, null],
] as const)('of the marks %j at %j, %j are compared', (marks, here, pair) => {
  expect(pairOf(marks, here)).toEqual(pair);
});

it('marks have letters', () => {
  expect(['a', 'b', 'c'].map((id) => letterOf(['a', 'b'], id))).toEqual(['A', 'B', null]);
});
