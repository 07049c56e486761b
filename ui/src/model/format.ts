/** Numbers and times as people read them. What is unknown is a dash or a word, never a zero. */
import type { Tokens } from '../api/types';

export const UNKNOWN = '–';

const NUMBER = new Intl.NumberFormat('en-US');
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const SHORT_CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const DAY_AND_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return UNKNOWN;
  if (ms < 1) return '<1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

export function count(n: number | null | undefined): string {
  if (n === null || n === undefined) return UNKNOWN;
  if (n >= 999_950) return `${(n / 1e6).toFixed(1)}M`;
  return n >= 10_000 ? `${(n / 1000).toFixed(1)}k` : NUMBER.format(n);
}

export function whole(n: number): string {
  return NUMBER.format(n);
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(n)} ${n === 1 ? one : many}`;
}

/** Input and output together; null when neither is known. */
export function totalTokens(tokens: Tokens): number | null {
  const input = tokens.input ?? null;
  const output = tokens.output ?? null;
  return input === null && output === null ? null : (input ?? 0) + (output ?? 0);
}

export function cost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return UNKNOWN;
  if (usd === 0) return '$0';
  if (usd < 0.0005) return '<$0.001';
  return usd < 100 ? `$${usd.toFixed(usd < 10 ? 3 : 2)}` : `$${NUMBER.format(Math.round(usd))}`;
}

/** A sum of which some parts are unknown is marked as a lower bound. */
export function costOf(usd: number | null, unpriced: number): string {
  return usd !== null && unpriced > 0 ? `${cost(usd)}+` : cost(usd);
}

export function clock(ms: number): string {
  return CLOCK.format(ms);
}

export function dateAndTime(ms: number, now: number): string {
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return `${(sameYear ? DAY : DAY_AND_YEAR).format(ms)}, ${CLOCK.format(ms)}`;
}

/** How long ago today, or the time of day before. */
export function when(ms: number, now: number): string {
  const minutes = Math.floor((now - ms) / 60_000);
  if (dayStart(ms) !== dayStart(now)) return SHORT_CLOCK.format(ms);
  if (minutes < 1) return 'now';
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

export function dayName(ms: number, now: number): string {
  const days = Math.round((dayStart(now) - dayStart(ms)) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? DAY : DAY_AND_YEAR).format(ms);
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}

function dayStart(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
