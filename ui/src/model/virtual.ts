/** Which rows of a long list are in sight, so that only those exist in the page. */
export interface Layout {
  readonly count: number;
  readonly height: number;
  top(index: number): number;
  /** The row at a distance from the top; the last row below the end. */
  at(y: number): number;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Rows above and below the visible ones that are kept ready for scrolling. */
const OVERSCAN = 6;

export function evenRows(count: number, rowHeight: number): Layout {
  return {
    count,
    height: count * rowHeight,
    top: (index) => index * rowHeight,
    at: (y) => clamp(Math.floor(y / rowHeight), count),
  };
}

export function unevenRows(heights: readonly number[]): Layout {
  const tops = [0];
  for (const height of heights) tops.push(tops.at(-1)! + height);
  return {
    count: heights.length,
    height: tops.at(-1)!,
    top: (index) => tops[index] ?? 0,
    at: (y) => clamp(lastNotAbove(tops, y), heights.length),
  };
}

export function windowOf(layout: Layout, scrollTop: number, viewHeight: number): Window {
  if (!layout.count) return { from: 0, to: 0 };
  const from = Math.max(0, layout.at(scrollTop) - OVERSCAN);
  const to = Math.min(layout.count, layout.at(scrollTop + viewHeight) + OVERSCAN + 1);
  return { from, to };
}

/** Where to scroll so that a row is in sight with a little around it; the present place when it already is. */
export function scrollToShow(layout: Layout, index: number, scrollTop: number, viewHeight: number): number {
  const top = layout.top(index);
  const bottom = index + 1 < layout.count ? layout.top(index + 1) : layout.height;
  if (top >= scrollTop && bottom <= scrollTop + viewHeight) return scrollTop;
  const margin = Math.min(viewHeight / 4, 72);
  if (top < scrollTop) return Math.max(0, top - margin);
  return Math.max(0, Math.min(bottom + margin, layout.height) - viewHeight);
}

/** The place of a row, or -1. `near`: where it most likely still is. */
export function findRow(key: string, keyOf: (index: number) => string, count: number, near = 0): number {
  if (near < count && keyOf(near) === key) return near;
  for (let index = 0; index < count; index++) if (keyOf(index) === key) return index;
  return -1;
}

function lastNotAbove(tops: readonly number[], y: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle]! <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

function clamp(index: number, count: number): number {
  return Math.min(Math.max(0, index), Math.max(0, count - 1));
}
