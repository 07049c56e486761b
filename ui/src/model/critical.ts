/** The critical path: the steps that a run could not have ended without, and where on it nothing ran. */
import type { Range } from './axis';
import type { Node, Tree } from './tree';

export interface CriticalPath {
  readonly ids: ReadonlySet<string>;
  /** The wait before a step of the path, by the step's id. */
  readonly gaps: ReadonlyMap<string, Range>;
}

/** Shorter waits, and a smaller share of the run, are not worth a mark. */
const LEAST_GAP_MS = 100;
const LEAST_GAP_SHARE = 0.02;

/** Back from the end of each root: what ended last before a moment held up what came after it. */
export function criticalPathOf(tree: Tree, totalMs: number): CriticalPath {
  const ids = new Set<string>();
  const gaps = new Map<string, Range>();
  const least = Math.max(LEAST_GAP_MS, totalMs * LEAST_GAP_SHARE);
  const waiting = tree.roots.filter((root) => !root.orphan);
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    ids.add(node.step.id);
    for (const { child, gap } of pathInside(node)) {
      waiting.push(child);
      if (gap && gap.toMs - gap.fromMs >= least) gaps.set(child.step.id, gap);
    }
  }
  return { ids, gaps };
}

/** The children that follow each other without overlap, from the last to end to the first, with the wait before each. */
function pathInside(parent: Node): { child: Node; gap: Range | null }[] {
  const children = [...parent.children].sort((a, b) => endOf(b) - endOf(a));
  const path: Node[] = [];
  let before = Infinity;
  for (const child of children) {
    if (endOf(child) > before) continue;
    path.push(child);
    before = child.step.offset_ms;
  }
  return path.map((child, index) => {
    const earlier = path[index + 1];
    const fromMs = earlier ? endOf(earlier) : parent.step.offset_ms;
    const toMs = child.step.offset_ms;
    return { child, gap: toMs > fromMs ? { fromMs, toMs } : null };
  });
}

function endOf({ step }: Node): number {
  return step.offset_ms + (step.duration_ms ?? 0);
}
