/** The one text in the search box: words and `field:value` terms, and what they mean to the server. */
import type { Status } from '../api/types';

export interface Term {
  /** Null for plain words. */
  readonly field: string | null;
  readonly value: string;
  readonly text: string;
}

/** What the list of runs is asked for. */
export interface RunQuery {
  status?: Status;
  user_id?: string;
  session_id?: string;
  search?: string;
  started_after?: number;
  started_before?: number;
}

export const FIELDS = ['status', 'user', 'session', 'since', 'before'] as const;
export const STATUSES: readonly Status[] = ['running', 'completed', 'failed', 'cancelled', 'interrupted'];

type Field = (typeof FIELDS)[number];
type Reader = (value: string, now: number) => RunQuery | string;

const TERM = /(?:([A-Za-z_]+):)?("([^"]*)"?|\S+)/g;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const READERS: Readonly<Record<Field, Reader>> = {
  status: (value) => {
    const status = STATUSES.find((known) => known === value);
    return status ? { status } : `There is no status “${value}”: ${STATUSES.join(', ')}.`;
  },
  user: (value) => ({ user_id: value }),
  session: (value) => ({ session_id: value }),
  since: (value, now) => readTime(value, now, (started_after) => ({ started_after })),
  before: (value, now) => readTime(value, now, (started_before) => ({ started_before })),
};

export function termsOf(text: string): Term[] {
  return [...text.matchAll(TERM)].map((match) => ({
    field: match[1]?.toLowerCase() ?? null,
    value: match[3] ?? match[2] ?? '',
    text: match[0],
  }));
}

export function readQuery(text: string, now: number): { query: RunQuery; problems: string[] } {
  const query: RunQuery = {};
  const problems: string[] = [];
  const words: string[] = [];
  for (const term of termsOf(text)) {
    if (term.field === null) words.push(term.value);
    else if (term.value) addTerm(term.field, term.value, now, query, problems);
  }
  if (words.length) query.search = words.join(' ');
  return { query, problems };
}

export function fieldOf(text: string, field: Field): string | null {
  return termsOf(text).find((term) => term.field === field)?.value ?? null;
}

/** The text with a field set to a value, or without the field. */
export function withField(text: string, field: Field, value: string | null): string {
  const others = termsOf(text)
    .filter((term) => term.field !== field)
    .map((term) => term.text);
  if (value === null) return others.join(' ');
  return [...others, `${field}:${/\s/.test(value) ? `"${value}"` : value}`].join(' ');
}

export function withoutTerm(text: string, removed: Term): string {
  return termsOf(text)
    .filter((term) => term.text !== removed.text)
    .map((term) => term.text)
    .join(' ');
}

function addTerm(name: string, value: string, now: number, query: RunQuery, problems: string[]): void {
  const field = FIELDS.find((known) => known === name);
  const read = field
    ? READERS[field](value, now)
    : `“${name}:” is not a field; did you mean “${nearest(name)}:”?`;
  if (typeof read === 'string') problems.push(read);
  else Object.assign(query, read);
}

function readTime(value: string, now: number, found: (ms: number) => RunQuery): RunQuery | string {
  const ago = /^(\d+)([mhdw])$/.exec(value);
  if (ago) return found(now - Number(ago[1]) * (UNIT_MS[ago[2] ?? ''] ?? 0));
  const date = /^\d{4}-\d{2}-\d{2}/.test(value)
    ? Date.parse(value.length === 10 ? `${value}T00:00` : value)
    : NaN;
  return Number.isNaN(date) ? `“${value}” is not a time: write 30m, 24h, 7d or 2026-11-20.` : found(date);
}

function nearest(name: string): Field {
  const distances = FIELDS.map((field) => ({ field, steps: editDistance(name, field) }));
  return distances.reduce((best, other) => (other.steps < best.steps ? other : best)).field;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
