/** Draws lanes on a canvas: bars by kind, the spells of agents behind them, and what leads from lane to lane. */
import type { Range } from '../model/axis';
import { LANE_HEIGHT, rowOf, type Bar, type Lane, type Link } from '../model/lanes';
import type { Colours } from './colours';

export interface Picture {
  readonly lanes: readonly Lane[];
  readonly links: readonly Link[];
  readonly range: Range;
  readonly selectedId: string | null;
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
}

/** Widths below which a bar could not be seen. */
const LEAST_WIDTH = 2;
/** Lines that stood closer than this, on average, would hide the bars: they come with a closer look. */
const LEAST_GAP = 8;

export function drawLanes(context: CanvasRenderingContext2D, picture: Picture, colours: Colours): void {
  const { width, height, scrollTop, lanes } = picture;
  context.clearRect(0, 0, width, height);
  const first = Math.floor(scrollTop / LANE_HEIGHT);
  const last = Math.min(lanes.length, Math.ceil((scrollTop + height) / LANE_HEIGHT));
  for (let index = first; index < last; index++) {
    const lane = lanes[index];
    const top = index * LANE_HEIGHT - scrollTop;
    if (lane) drawLane(context, picture, colours, lane, top);
  }
  const links = picture.links.filter(
    ({ atMs }) => atMs >= picture.range.fromMs && atMs <= picture.range.toMs,
  );
  if (links.length > width / LEAST_GAP) return;
  for (const link of links) drawLink(context, picture, colours, link);
}

function drawLane(
  context: CanvasRenderingContext2D,
  picture: Picture,
  colours: Colours,
  lane: Lane,
  top: number,
): void {
  for (const spell of lane.spells) {
    const { left, width } = place(picture, spell);
    context.fillStyle = colours['sunken'] ?? '';
    context.strokeStyle = colours[spell.failed ? 'err' : 'line2'] ?? '';
    context.lineWidth = 1;
    context.fillRect(left, top + 10, width, LANE_HEIGHT - 20);
    context.strokeRect(left + 0.5, top + 10.5, Math.max(0, width - 1), LANE_HEIGHT - 21);
  }
  let chosen: Bar | undefined;
  for (const bar of lane.bars) {
    if (bar.id === picture.selectedId) chosen = bar;
    fillBar(context, picture, colours, bar, top);
  }
  if (chosen) outline(context, picture, colours, chosen, top);
}

function fillBar(
  context: CanvasRenderingContext2D,
  picture: Picture,
  colours: Colours,
  bar: Bar,
  top: number,
): void {
  if (bar.toMs < picture.range.fromMs || bar.fromMs > picture.range.toMs) return;
  const { left, width } = place(picture, bar);
  const row = rowOf(bar.row);
  context.fillStyle = colours[bar.tone] ?? '';
  context.fillRect(left, top + row.top, width, row.height);
}

function outline(
  context: CanvasRenderingContext2D,
  picture: Picture,
  colours: Colours,
  bar: Bar,
  top: number,
): void {
  const { left, width } = place(picture, bar);
  const row = rowOf(bar.row);
  context.strokeStyle = colours['ink'] ?? '';
  context.lineWidth = 2;
  context.strokeRect(left - 2, top + row.top - 2, width + 4, row.height + 4);
}

/** From the edge of one lane to that of the other, dashed, with an arrow at its end. */
function drawLink(context: CanvasRenderingContext2D, picture: Picture, colours: Colours, link: Link): void {
  const x = Math.round(place(picture, { fromMs: link.atMs, toMs: link.atMs }).left) + 0.5;
  const down = link.to > link.from;
  const edge = (lane: number, lower: boolean) =>
    lane * LANE_HEIGHT - picture.scrollTop + (lower ? LANE_HEIGHT - 10 : 10);
  const start = edge(link.from, down);
  const end = edge(link.to, !down);
  context.strokeStyle = context.fillStyle = colours[link.failed ? 'err' : 'ink3'] ?? '';
  context.lineWidth = 1;
  context.setLineDash([3, 2]);
  context.beginPath();
  context.moveTo(x, start);
  context.lineTo(x, end);
  context.stroke();
  context.setLineDash([]);
  const back = down ? -5 : 5;
  context.beginPath();
  context.moveTo(x, end);
  context.lineTo(x - 3.5, end + back);
  context.lineTo(x + 3.5, end + back);
  context.fill();
}

function place({ range, width }: Picture, { fromMs, toMs }: Range): { left: number; width: number } {
  const scale = width / (range.toMs - range.fromMs);
  const left = Math.max(-4, (fromMs - range.fromMs) * scale);
  const right = Math.min(width + 4, (toMs - range.fromMs) * scale);
  return { left: Math.min(left, width - LEAST_WIDTH), width: Math.max(LEAST_WIDTH, right - left) };
}
