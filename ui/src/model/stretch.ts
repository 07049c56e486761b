/** Finds a place in a long list that is read piece by piece. */

/** The first of `total` places whose number is at least the wanted one; each look halves what is left. */
export async function firstAtOrAfter(
  wanted: number,
  total: number,
  numberAt: (place: number) => Promise<number>,
): Promise<number> {
  let low = 0;
  let high = total;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await numberAt(middle)) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
