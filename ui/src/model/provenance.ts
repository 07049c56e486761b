/** Where the values of a step came from, in words, and where they stand in its texts. */
import type { StepProvenance, TracedValue, ValueSource } from '../api/types';

export interface MarkedStretch {
  readonly text: string;
  /** Null for words that nothing is said of. */
  readonly value: TracedValue | null;
}

export interface SourceStep {
  readonly id: string;
  readonly number: number;
  /** How often the value stands there. */
  readonly places: number;
  readonly quote: string;
  /** It stands there in another form. */
  readonly reshaped: boolean;
  /** It stands in what the step was given, and in nothing that came out of it. */
  readonly asInput: boolean;
}

/** The start of words of which only the message is known that they stand in. */
export const FLOATING = -1;

type Verdict = TracedValue['verdict'];

const TONES: Readonly<Record<Verdict, 'ok' | 'warn' | 'err' | 'quiet'>> = {
  appears: 'ok',
  no_source: 'warn',
  contradicted: 'err',
  exempt: 'quiet',
};

const WORDS: Readonly<Record<Verdict, string>> = {
  appears: 'appears in',
  no_source: 'appears in no earlier step',
  contradicted: 'contradicted by',
  exempt: 'needs no source: free text, or allowed by the schema',
};

export function toneOfValue({ verdict }: TracedValue) {
  return TONES[verdict] ?? 'quiet';
}

export function wordsOfValue({ verdict }: TracedValue): string {
  return WORDS[verdict] ?? verdict;
}

/** A JSON pointer below another, each name escaped. */
export function pointer(base: string, ...names: readonly (string | number)[]): string {
  return names.reduce<string>(
    (place, name) => `${place}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    base,
  );
}

/** The values at a place and inside it. */
export function valuesUnder(provenance: StepProvenance | null, place: string): TracedValue[] {
  return (provenance?.values ?? []).filter(
    (value) => value.place === place || value.place.startsWith(`${place}/`),
  );
}

/** The text of one place, cut where values begin and end. */
export function markedText(text: string, provenance: StepProvenance | null, place: string): MarkedStretch[] {
  const values = (provenance?.values ?? []).filter((value) => value.verdict !== 'exempt');
  const placed = [...values.flatMap((value) => floating(text, value, place)), ...fixed(text, values, place)];
  const stretches: MarkedStretch[] = [];
  let end = 0;
  for (const { value, from, to } of placed.sort((a, b) => a.from - b.from)) {
    if (from < end || to <= from || to > text.length) continue;
    if (from > end) stretches.push({ text: text.slice(end, from), value: null });
    stretches.push({ text: text.slice(from, to), value });
    end = to;
  }
  if (end < text.length || !stretches.length) stretches.push({ text: text.slice(end), value: null });
  return stretches;
}

interface Placed {
  readonly value: TracedValue;
  readonly from: number;
  readonly to: number;
}

function floating(text: string, value: TracedValue, place: string): Placed[] {
  if (value.start !== FLOATING || !`${place}/`.startsWith(`${value.place}/`)) return [];
  const from = text.indexOf(value.text);
  return from < 0 ? [] : [{ value, from, to: from + value.text.length }];
}

function fixed(text: string, values: readonly TracedValue[], place: string): Placed[] {
  const here = values.filter((value) => value.place === place && value.start !== FLOATING);
  const index = indexer(text, !!here.length);
  return here.map((value) => ({ value, from: index(value.start), to: index(value.end) }));
}

/** The steps that hold a value, the nearest first, each once. */
export function sourceSteps(sources: readonly ValueSource[]): SourceStep[] {
  const steps = new Map<string, SourceStep>();
  for (const { step_id, step_number, place, quote, exact } of sources) {
    const known = steps.get(step_id);
    steps.set(step_id, {
      id: step_id,
      number: step_number,
      places: (known?.places ?? 0) + 1,
      quote: known?.quote ?? quote,
      reshaped: (known?.reshaped ?? true) && !exact,
      asInput: (known?.asInput ?? true) && /^\/(input|system)/.test(place),
    });
  }
  return [...steps.values()];
}

/** What a source is called at the step that shows it: what a call was given is neither its answer nor another step. */
export function sourceName({ id, number, asInput }: SourceStep, shownAt: string): string {
  if (!asInput) return `step ${number}`;
  return id === shownAt ? 'its own input' : `the input of step ${number}`;
}

/** The server counts characters, a string of JavaScript counts some of them twice. */
function indexer(text: string, needed: boolean): (character: number) => number {
  if (!needed || !/[\ud800-\udbff]/.test(text)) return (character) => character;
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  return (character) => starts[character] ?? at;
}
