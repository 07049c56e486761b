/** Each agent as a lane on one clock: where its bars lie, what leads from lane to lane, what a click meets. */
import type { Finding } from '../api/types';
import { agentsOf, besideOthers, namesOf, type AgentUse } from './agents';
import type { Range } from './axis';
import type { Node, Tree } from './tree';
import { KIND_WORDS } from './words';

export interface Bar {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly tone: string;
  /** From the top of the lane: model calls, tools, all else. */
  readonly row: 0 | 1 | 2;
}

export interface Lane {
  readonly agent: AgentUse;
  /** It works while another does that was started before it. */
  readonly beside: boolean;
  readonly bars: readonly Bar[];
  /** When the agent itself was at work; the outermost always was. */
  readonly spells: readonly { readonly fromMs: number; readonly toMs: number; readonly failed: boolean }[];
}

/** Work that goes from one lane to another. */
export interface Link {
  readonly key: string;
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly node: Node;
  /** The agent gave it back. */
  readonly isReturn: boolean;
  readonly failed: boolean;
}

/** A finding's number on the lane of its step. */
export interface LaneMark {
  readonly finding: Finding;
  /** Pixels from the left end of the clock. */
  readonly left: number;
}

export const LANE_HEIGHT = 76;
const ROWS = [
  { top: 18, height: 12 },
  { top: 36, height: 12 },
  { top: 54, height: 11 },
] as const;
/** What a mark takes of the lane, in pixels: as much as a finger needs. */
const MARK_WIDTH = 24;
/** How far beside a bar a click still means it, in pixels. */
const NEAR = 4;
const SHORTEST_MS = 1;

export function lanesOf(tree: Tree): Lane[] {
  const agents = agentsOf(tree);
  const beside = besideOthers(agents);
  return agents.map((agent) => ({
    agent,
    beside: beside.has(agent.name),
    bars: agent.nodes.filter(({ step }) => step.kind !== 'agent' && step.kind !== 'chain').map(barOf),
    spells: agent.nodes
      .filter(({ step, parent }) => step.kind === 'agent' && parent)
      .map((node) => ({ ...rangeOf(node), failed: node.step.status === 'failed' })),
  }));
}

/** Where one agent calls another and gets back to it, in order of time. */
export function linksOf(tree: Tree, lanes: readonly Lane[]): Link[] {
  const places = new Map(lanes.map((lane, index) => [lane.agent.name, index]));
  const names = namesOf(tree);
  const links = tree.order.flatMap((node): Link[] => {
    const from =
      node.step.kind === 'agent' && node.parent ? places.get(names.get(node.parent) ?? '') : undefined;
    const to = places.get(names.get(node) ?? '');
    if (from === undefined || to === undefined || from === to) return [];
    const { fromMs, toMs } = rangeOf(node);
    const failed = node.step.status === 'failed';
    const call = {
      key: `call ${node.step.id}`,
      atMs: fromMs,
      from,
      to,
      node,
      isReturn: false,
      failed: false,
    };
    const back = {
      key: `back ${node.step.id}`,
      atMs: toMs,
      from: to,
      to: from,
      node,
      isReturn: true,
      failed,
    };
    return node.step.duration_ms === null ? [call] : [call, back];
  });
  return links.sort((a, b) => a.atMs - b.atMs);
}

export function rowOf(row: Bar['row']): { readonly top: number; readonly height: number } {
  return ROWS[row];
}

/** Where the findings of a lane stand above its bars, those of one place beside each other. */
export function marksOf(
  lane: Lane,
  found: ReadonlyMap<string, readonly Finding[]>,
  range: Range,
  width: number,
): LaneMark[] {
  const scale = width / (range.toMs - range.fromMs);
  const marks: { finding: Finding; left: number }[] = [];
  let free = 0;
  for (const { step } of lane.agent.nodes) {
    if (step.offset_ms < range.fromMs || step.offset_ms > range.toMs) continue;
    for (const finding of found.get(step.id) ?? []) {
      const left = Math.max(free, Math.round((step.offset_ms - range.fromMs) * scale));
      marks.push({ finding, left });
      free = left + MARK_WIDTH;
    }
  }
  return inside(marks, width);
}

/** Those that reach beyond the end push the ones before them back; for which there is no room are left out. */
function inside(marks: readonly LaneMark[], width: number): LaneMark[] {
  const kept: LaneMark[] = [];
  let end = width;
  for (const { finding, left } of marks.toReversed()) {
    end = Math.min(left, end - MARK_WIDTH);
    if (end >= 0) kept.unshift({ finding, left: end });
  }
  return kept;
}

/** The bar at a place of a lane, or the nearest one beside it. */
export function barAt(lane: Lane | undefined, y: number, ms: number, msPerPixel: number): Bar | undefined {
  const row = ROWS.findIndex(({ top, height }) => y >= top - 2 && y <= top + height + 2);
  const near = (bar: Bar) => Math.max(bar.fromMs - ms, ms - bar.toMs, 0);
  let best: Bar | undefined;
  for (const bar of lane?.bars ?? []) {
    if (bar.row !== row || near(bar) > NEAR * msPerPixel) continue;
    if (!best || near(bar) <= near(best)) best = bar;
  }
  return best;
}

/** A range that is `factor` as long, around a moment that stays where it is. */
export function zoomed(range: Range, factor: number, aroundMs: number, totalMs: number): Range {
  const length = Math.min(totalMs, Math.max(SHORTEST_MS, (range.toMs - range.fromMs) * factor));
  const share = (aroundMs - range.fromMs) / (range.toMs - range.fromMs);
  return within(aroundMs - share * length, length, totalMs);
}

export function moved(range: Range, byMs: number, totalMs: number): Range {
  return within(range.fromMs + byMs, range.toMs - range.fromMs, totalMs);
}

function within(fromMs: number, length: number, totalMs: number): Range {
  const from = Math.min(Math.max(0, fromMs), Math.max(0, totalMs - length));
  return { fromMs: from, toMs: from + length };
}

function barOf(node: Node): Bar {
  const { step } = node;
  const tone = step.status === 'failed' ? 'err' : KIND_WORDS[step.kind].tone;
  const row = step.kind === 'llm' ? 0 : step.kind === 'tool' || step.kind === 'retrieval' ? 1 : 2;
  return { id: step.id, tone, row, ...rangeOf(node) };
}

function rangeOf({ step }: Node): Range {
  return { fromMs: step.offset_ms, toMs: step.offset_ms + (step.duration_ms ?? 0) };
}
