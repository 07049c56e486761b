/** A run's steps over its time as one small line. */
const HEIGHT = 12;

/** An SVG path of bars, `width` apart by a unit each; empty for a run without steps. */
export function sparkPath(counts: readonly number[]): string {
  const most = Math.max(0, ...counts);
  if (!most) return '';
  return counts
    .map((steps, x) =>
      steps ? `M${x + 0.5} ${HEIGHT}v-${round(Math.max(1.5, (HEIGHT * steps) / most))}` : '',
    )
    .join('');
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
