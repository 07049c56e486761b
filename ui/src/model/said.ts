/** What is known of the words of a message that stands in a conversation, away from its place in its step. */
import type { StepProvenance, TracedValue } from '../api/types';
import { FLOATING } from './provenance';

/** Where the words are then said to stand. */
export const SAID = '/said';

/** Shorter ones stand in words by chance. */
const LEAST_CHARACTERS = 5;

/** The values of a step that stand in a text of it; null if none does. */
export function saidIn(text: string, provenance: StepProvenance | null): StepProvenance | null {
  const characters = [...text];
  const values = (provenance?.values ?? []).flatMap((value) => placed(value, text, characters));
  return provenance && values.length ? { ...provenance, values } : null;
}

function placed(value: TracedValue, text: string, characters: readonly string[]): TracedValue[] {
  const [start, end] = placeOf(value, text, characters);
  return start === null ? [] : [{ ...value, place: SAID, start, end }];
}

function placeOf(
  value: TracedValue,
  text: string,
  characters: readonly string[],
): readonly [number, number] | readonly [null, null] {
  const { place, start, end } = value;
  if (start === FLOATING) return text.includes(value.text) ? [FLOATING, FLOATING] : [null, null];
  if (!isArgument(place)) {
    return characters.slice(start, end).join('') === value.text ? [start, end] : [null, null];
  }
  // What a call was made up with is thought of before it is sent.
  const at = value.verdict === 'appears' ? -1 : wholeWord(text, value.text);
  if (at < 0) return [null, null];
  const first = [...text.slice(0, at)].length;
  return [first, first + [...value.text].length];
}

function isArgument(place: string): boolean {
  return /\/arguments(\/|$)/.test(place);
}

function wholeWord(text: string, word: string): number {
  if (word.length < LEAST_CHARACTERS) return -1;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}_]/u.test((text[at - 1] ?? ' ') + (text[at + word.length] ?? ' '))) return at;
  }
  return -1;
}
