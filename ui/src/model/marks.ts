/** Runs that are marked to be compared: at most two, the older first. */
export type Marks = readonly string[];

export function toggleMark(marks: Marks, id: string): Marks {
  return marks.includes(id) ? marks.filter((marked) => marked !== id) : [...marks, id].slice(-2);
}

/** What to compare: the two marked runs, the marked one with the open one, or the open one with the last good run. */
export function pairOf(marks: Marks, here: string | null): readonly [string, string | null] | null {
  const [first, second] = marks;
  if (first && second) return [first, second];
  if (first && here && first !== here) return [first, here];
  const run = here ?? first;
  return run ? [run, null] : null;
}

export function letterOf(marks: Marks, id: string): 'A' | 'B' | null {
  const place = marks.indexOf(id);
  return place < 0 ? null : place ? 'B' : 'A';
}
