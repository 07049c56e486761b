/** Zooms the clock of the open run by key, around the selected step where that is in sight. */
import { spanOf } from '../model/axis';
import { zoomed } from '../model/lanes';
import type { Workspace } from './workspace.svelte';

export function zoomBy(work: Workspace, factor: number): void {
  const { run, tree } = work.run;
  if (!run) return;
  const totalMs = spanOf(
    tree.order.map((node) => node.step),
    run.duration_ms,
  );
  const range = work.selection.route.zoom ?? { fromMs: 0, toMs: totalMs };
  const step = work.node?.parent ? work.node.step : null;
  const here = step ? step.offset_ms + (step.duration_ms ?? 0) / 2 : NaN;
  const isSeen = here >= range.fromMs && here <= range.toMs;
  const next = zoomed(range, factor, isSeen ? here : (range.fromMs + range.toMs) / 2, totalMs);
  work.setZoom(next.toMs - next.fromMs >= totalMs - 1 ? null : next);
}
