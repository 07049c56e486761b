import { describe, expect, it } from 'vitest';
import { evenRows, findRow, scrollToShow, unevenRows, windowOf } from './virtual';

describe('rows of one height', () => {
  const layout = evenRows(10_000, 24);

  it('exist only around the place in sight', () => {
    const { from, to } = windowOf(layout, 24_000, 480);

    expect([from, to]).toEqual([994, 1027]);
  });

  it('end with the list', () => {
    expect(windowOf(layout, 10_000 * 24, 480).to).toBe(10_000);
  });
});

describe('rows of several heights', () => {
  const layout = unevenRows([30, 66, 66, 30, 66]);

  it('know where they begin', () => {
    expect([0, 1, 2, 3, 4].map((index) => layout.top(index))).toEqual([0, 30, 96, 162, 192]);
  });

  it('are found by their place', () => {
    expect([0, 29, 30, 161, 162, 9999].map((y) => layout.at(y))).toEqual([0, 0, 1, 2, 3, 4]);
  });
});

it('shows nothing of an empty list', () => {
  expect([windowOf(unevenRows([]), 0, 480), windowOf(evenRows(0, 24), 0, 480)]).toEqual([
    { from: 0, to: 0 },
    { from: 0, to: 0 },
  ]);
});

it('finds a row by its key, wherever it has gone', () => {
  const keyOf = (index: number) => `row ${index}`;

  expect([
    findRow('row 7', keyOf, 9, 7),
    findRow('row 7', keyOf, 9, 2),
    findRow('row 9', keyOf, 9, 20),
  ]).toEqual([7, 7, -1]);
});

describe('scrolling to a row', () => {
  const layout = evenRows(100, 24);

  it('does not move what is in sight', () => {
    expect(scrollToShow(layout, 5, 100, 480)).toBe(100);
  });

  it('goes down just far enough, with a little more', () => {
    expect(scrollToShow(layout, 50, 0, 480)).toBe(50 * 24 + 24 + 72 - 480);
  });

  it('goes up just far enough, with a little more', () => {
    expect(scrollToShow(layout, 10, 1000, 480)).toBe(240 - 72);
  });

  it('stays within the list', () => {
    expect([scrollToShow(layout, 0, 1000, 480), scrollToShow(layout, 99, 0, 480)]).toEqual([0, 2400 - 480]);
  });
});
