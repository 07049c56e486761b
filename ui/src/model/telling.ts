/** The order in which a conversation is told: what agents say at the same time is not mixed. */
import type { Node } from './tree';

interface Told {
  readonly node: Node | undefined;
}

/** When something began, and in which branch of the agents: compared from the outermost on. */
type Place = readonly { readonly atMs: number; readonly branch: string }[];

/** In order of time, but each agent's part whole where another works beside it. */
export function inTelling<Line extends Told>(lines: readonly Line[]): Line[] {
  const placed = lines.map((line) => ({ line, place: placeOf(line.node) }));
  return placed.sort((a, b) => compare(a.place, b.place)).map(({ line }) => line);
}

function placeOf(node: Node | undefined): Place {
  // What the outline does not have yet has come last.
  const place = [{ atMs: node?.step.offset_ms ?? Infinity, branch: '' }];
  for (let up = node?.parent; up; up = up.parent) {
    if (up.step.kind === 'agent') place.unshift({ atMs: up.step.offset_ms, branch: up.step.id });
  }
  return place;
}

function compare(a: Place, b: Place): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [one, other] = [a[i]!, b[i]!];
    if (one.atMs !== other.atMs) return one.atMs < other.atMs ? -1 : 1;
    if (one.branch !== other.branch) return one.branch < other.branch ? -1 : 1;
  }
  return 0;
}
