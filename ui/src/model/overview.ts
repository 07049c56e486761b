/** The whole run in a strip: a line for each agent, ticks for what went wrong, and the stretch that is in sight. */
import type { RunFindings } from '../api/types';
import { agentsOf } from './agents';
import type { Range } from './axis';
import { isOrigin, type Tree } from './tree';
import { KIND_WORDS } from './words';

export interface Mark {
  readonly fromMs: number;
  readonly toMs: number;
  readonly tone: string;
}

export interface Overview {
  /** Bars of each line. */
  readonly lines: readonly (readonly Mark[])[];
  readonly ticks: readonly Mark[];
}

/** Agents beyond these share the last line: more could not be told apart. */
const MOST_LINES = 6;
/** A drag that is shorter is a click. */
const LEAST_DRAG = 4;

export function overviewOf(tree: Tree, found: RunFindings | null): Overview {
  const lines: Mark[][] = [];
  agentsOf(tree).forEach(({ nodes }, index) => {
    const line = (lines[Math.min(index, MOST_LINES - 1)] ??= []);
    for (const { step } of nodes) {
      if (step.kind === 'agent' || step.kind === 'chain') continue;
      const tone = step.status === 'failed' ? 'err' : KIND_WORDS[step.kind].tone;
      line.push({ fromMs: step.offset_ms, toMs: step.offset_ms + (step.duration_ms ?? 0), tone });
    }
  });
  return { lines, ticks: [...errorsOf(tree), ...findingsOf(tree, found)] };
}

/** The stretch of the clock between two places of a strip; null for a click. */
export function dragged(a: number, b: number, width: number, totalMs: number): Range | null {
  if (Math.abs(a - b) < LEAST_DRAG || width <= 0) return null;
  const moment = (x: number) => Math.round((Math.min(Math.max(x, 0), width) / width) * totalMs);
  const [fromMs, toMs] = [moment(Math.min(a, b)), moment(Math.max(a, b))];
  return toMs > fromMs ? { fromMs, toMs } : null;
}

function errorsOf(tree: Tree): Mark[] {
  return tree.order
    .filter((node) => isOrigin(node) && !node.step.framework)
    .map(({ step }) => ({ fromMs: step.offset_ms, toMs: step.offset_ms, tone: 'err' }));
}

function findingsOf(tree: Tree, found: RunFindings | null): Mark[] {
  return (found?.findings ?? []).flatMap(({ step_id, severity }) => {
    const step = tree.byId.get(step_id)?.step;
    const tone = severity === 'error' ? 'err' : 'warn';
    return step && severity !== 'info' ? [{ fromMs: step.offset_ms, toMs: step.offset_ms, tone }] : [];
  });
}
