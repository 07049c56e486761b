/** The time axis of a run: how long it is, where its ticks stand, and where each bar begins and ends. */
import type { Step } from '../api/types';

export interface Tick {
  readonly label: string;
  readonly left: string;
}

export interface Axis {
  readonly totalMs: number;
  readonly unit: string;
  readonly ticks: readonly Tick[];
  /** Distance of two ticks. */
  readonly every: string;
}

/** A stretch of the clock, counted from the start of the run. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Bar {
  readonly left: string;
  readonly width: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const UNITS = [
  { unit: 'hours', ms: HOUR, from: 3 * HOUR },
  { unit: 'minutes', ms: MINUTE, from: 4 * MINUTE },
  { unit: 'seconds', ms: SECOND, from: SECOND },
  { unit: 'ms', ms: 1, from: 0 },
] as const;

/** Labels near the right edge would be cut. */
const LAST_LABEL = 0.93;

/** `fromMs`: where on the clock the axis begins; its labels count from the start of the run all the same. */
export function axisOf(totalMs: number, maxTicks: number, fromMs = 0): Axis {
  const total = Math.max(totalMs, 1);
  const { unit, ms } = UNITS.find((candidate) => total + fromMs >= candidate.from) ?? UNITS[3];
  const every = roundStep(total / ms / maxTicks) * ms;
  const first = Math.ceil(fromMs / every);
  const count = Math.max(0, Math.floor((fromMs + total * LAST_LABEL) / every) - first + 1);
  const ticks = Array.from({ length: count }, (_, i) => ({
    label: String(Number((((first + i) * every) / ms).toPrecision(6))),
    left: percent(((first + i) * every - fromMs) / total),
  }));
  return { totalMs: total, unit, ticks, every: percent(every / total) };
}

/** How long the axis must be so that every step fits, also those that outlived their run. */
export function spanOf(steps: readonly Step[], runMs: number | null): number {
  let end = runMs ?? 0;
  for (const step of steps) end = Math.max(end, step.offset_ms + (step.duration_ms ?? 0));
  return end;
}

/**
 * Where a step lies on the axis; null where it lies outside.
 * `growthMs`: how much longer an open step has become since it was read.
 */
export function barOf(step: Step, range: Range, growthMs = 0): Bar | null {
  const length = Math.max(0, (step.duration_ms ?? 0) + growthMs);
  return rangeBar({ fromMs: step.offset_ms, toMs: step.offset_ms + length }, range);
}

export function rangeBar(bar: Range, { fromMs, toMs }: Range): Bar | null {
  const start = (bar.fromMs - fromMs) / (toMs - fromMs);
  const end = (bar.toMs - fromMs) / (toMs - fromMs);
  if (end < 0 || start > 1) return null;
  return { left: percent(clamp(start)), width: percent(clamp(end) - clamp(start)) };
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least * 0.999) ?? 10) * power;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
