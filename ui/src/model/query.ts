/** The one text in the search box: words and `field:value` terms, and what they mean to the server. */
import type { Status, StepKind } from '../api/types';
import { readAmount, readTime } from './amounts';
import { CLASSES, isClass, type FindingClass } from './findings';
import { KIND_WORDS } from './words';

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
  model?: string;
  tool?: string;
  agent?: string;
  kind?: StepKind;
  tag?: string;
  error?: string;
  finding?: FindingClass;
  has_error?: boolean;
  /** Null for all; without it, runs that only prepare others or are plumbing are left out. */
  setup?: boolean | null;
  /** Words that the name holds, or one step. */
  text?: string;
  started_after?: number;
  started_before?: number;
  min_tokens?: number;
  max_tokens?: number;
  min_cost_usd?: number;
  max_cost_usd?: number;
  min_duration_ms?: number;
  max_duration_ms?: number;
}

export const FIELDS = [
  'status',
  'user',
  'session',
  'model',
  'tool',
  'agent',
  'kind',
  'tag',
  'error',
  'finding',
  'setup',
  'cost',
  'tokens',
  'dur',
  'since',
  'before',
] as const;
export const STATUSES: readonly Status[] = ['running', 'completed', 'failed', 'cancelled', 'interrupted'];

export type Field = (typeof FIELDS)[number];
type Reader = (value: string, now: number) => RunQuery | string;

const TERM = /(?:([A-Za-z_]+):)?("([^"]*)"?|\S+)/g;

const READERS: Readonly<Record<Field, Reader>> = {
  status: (value) => {
    const status = STATUSES.find((known) => known === value);
    return status ? { status } : `There is no status “${value}”: ${STATUSES.join(', ')}.`;
  },
  user: (value) => ({ user_id: value }),
  session: (value) => ({ session_id: value }),
  model: (value) => ({ model: value }),
  tool: (value) => ({ tool: value }),
  agent: (value) => ({ agent: value }),
  kind: (value) => {
    return isKind(value)
      ? { kind: value }
      : `There is no kind of step “${value}”: ${Object.keys(KIND_WORDS).join(', ')}.`;
  },
  tag: (value) => ({ tag: value }),
  error: (value) => {
    if (value === 'any' || value === 'none') return { has_error: value === 'any' };
    return { error: value };
  },
  finding: (value) => {
    return isClass(value)
      ? { finding: value }
      : `There is no class of findings “${value}”: ${CLASSES.join(', ')}.`;
  },
  setup: (value) => {
    if (value === 'any' || value === 'only') return { setup: value === 'any' ? null : true };
    return `There is no setup “${value}”: only, any.`;
  },
  cost: (value) =>
    readAmount(value, 'usd', (least, most) => ({
      ...(least !== null && { min_cost_usd: least }),
      ...(most !== null && { max_cost_usd: most }),
    })),
  tokens: (value) =>
    readAmount(value, 'count', (least, most) => ({
      ...(least !== null && { min_tokens: least }),
      ...(most !== null && { max_tokens: most }),
    })),
  dur: (value) =>
    readAmount(value, 'ms', (least, most) => ({
      ...(least !== null && { min_duration_ms: least }),
      ...(most !== null && { max_duration_ms: most }),
    })),
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
    if (term.field === null) words.push(term.text);
    else if (term.value) addTerm(term.field, term.value, now, query, problems);
  }
  if (words.length) query.text = words.join(' ');
  return { query, problems };
}

/** The parameters that a term sets, by which the server names it. */
export function parametersOf(term: Term): readonly string[] {
  if (term.field === null) return ['text'];
  const field = fieldNamed(term.field);
  const read = field && term.value ? READERS[field](term.value, 0) : {};
  return typeof read === 'string' ? [] : Object.keys(read);
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
  const field = fieldNamed(name);
  const read = field
    ? READERS[field](value, now)
    : `“${name}:” is not a field; did you mean “${nearest(name)}:”?`;
  if (typeof read === 'string') problems.push(read);
  else Object.assign(query, read);
}

function fieldNamed(name: string): Field | undefined {
  return FIELDS.find((known) => known === name);
}

function isKind(text: string): text is StepKind {
  return Object.hasOwn(KIND_WORDS, text);
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
