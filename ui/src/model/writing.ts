/** What a model call that goes on has said so far, where whoever records it tells before its end. */
import type { StepDetail } from '../api/types';
import { conversationOf } from './messages';

export interface Writing {
  readonly tokens: number;
  /** Counted by the provider; else estimated from the characters. */
  readonly isCounted: boolean;
  /** Since the first token, as far as it is known when that came; null where too little is known. */
  readonly perSecond: number | null;
}

/** About as many as English prose has. */
const CHARACTERS_PER_TOKEN = 4;

/** Null while nothing is known of the answer. */
export function writingOf(detail: StepDetail): Writing | null {
  const { step, content } = detail;
  const counted = step.tokens.output || null;
  const characters = charactersOf(detail);
  if (!counted && !characters) return null;
  const tokens = counted ?? Math.max(1, Math.round(characters / CHARACTERS_PER_TOKEN));
  const ms = (step.duration_ms ?? 0) - (content.first_token_ms ?? 0);
  return { tokens, isCounted: counted !== null, perSecond: ms > 0 ? (1000 * tokens) / ms : null };
}

function charactersOf({ content }: StepDetail): number {
  const parts = conversationOf(content).output.flatMap((message) => message.parts);
  return parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 0), 0);
}
