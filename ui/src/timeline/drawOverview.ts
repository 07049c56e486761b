/** Draws the overview of a run on a canvas. */
import type { Range } from '../model/axis';
import type { Mark, Overview } from '../model/overview';
import type { Colours } from './colours';

interface Picture {
  readonly overview: Overview;
  readonly totalMs: number;
  readonly width: number;
  readonly height: number;
  readonly zoom: Range | null;
  /** The selected step. */
  readonly box: Range | undefined;
}

/** Room for the ticks below the lines. */
const TICKS = 7;

export function drawOverview(context: CanvasRenderingContext2D, picture: Picture, colours: Colours): void {
  const { overview, width, height, zoom, box } = picture;
  context.clearRect(0, 0, width, height);
  const lineHeight = (height - TICKS - 2) / Math.max(1, overview.lines.length);
  const barHeight = Math.min(6, Math.max(2, lineHeight - 1));
  overview.lines.forEach((line, index) => {
    for (const mark of line) fill(context, picture, colours, mark, 2 + index * lineHeight, barHeight);
  });
  for (const tick of overview.ticks) fill(context, picture, colours, tick, height - TICKS + 1, TICKS - 1);
  if (zoom) veil(context, picture, colours, zoom);
  if (box) frame(context, picture, colours, box);
}

function fill(
  context: CanvasRenderingContext2D,
  picture: Picture,
  colours: Colours,
  mark: Mark,
  top: number,
  height: number,
): void {
  const { left, width } = place(picture, mark);
  context.fillStyle = colours[mark.tone] ?? '';
  context.fillRect(left, top, width, height);
}

/** What the zoomed axis leaves out is pale. */
function veil(context: CanvasRenderingContext2D, picture: Picture, colours: Colours, zoom: Range): void {
  const { left, width } = place(picture, zoom);
  context.globalAlpha = 0.7;
  context.fillStyle = colours['sunken'] ?? '';
  context.fillRect(0, 0, left, picture.height);
  context.fillRect(left + width, 0, picture.width - left - width, picture.height);
  context.globalAlpha = 1;
  context.fillStyle = colours['ink3'] ?? '';
  context.fillRect(left, 0, 1, picture.height);
  context.fillRect(left + width - 1, 0, 1, picture.height);
}

function frame(context: CanvasRenderingContext2D, picture: Picture, colours: Colours, box: Range): void {
  const { left, width } = place(picture, box);
  context.strokeStyle = colours['sel-line'] ?? '';
  context.lineWidth = 1;
  context.strokeRect(Math.floor(left) - 1.5, 0.5, Math.max(5, Math.ceil(width) + 3), picture.height - 1);
}

function place({ totalMs, width }: Picture, { fromMs, toMs }: Range): { left: number; width: number } {
  const left = Math.min((fromMs / totalMs) * width, width - 1.5);
  return { left, width: Math.max(1.5, ((toMs - fromMs) / totalMs) * width) };
}
