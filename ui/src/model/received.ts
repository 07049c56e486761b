/** What a model was given of a tool's result, found by comparing the two. */
import type { StepDetail } from '../api/types';
import { conversationOf, parsed } from './messages';

export type Received =
  | { readonly how: 'whole' | 'reworded' }
  | { readonly how: 'cut'; readonly kept: number; readonly whole: number; readonly missing: string };

/** Fewer characters than this in common are chance. */
const SHORTEST = 12;

/** Null where the result of this call is not to be found in what the model was sent. */
export function receivedOf({ content }: StepDetail, reader: StepDetail | null): Received | null {
  const id = content.tool_call_id;
  const result = content.tool_result ?? content.output_value;
  if (!reader || !id || result === null || result === undefined) return null;
  const parts = conversationOf(reader.content).input.flatMap((message) => message.parts);
  const told = parts.find((part) => part.kind === 'result' && part.id === id);
  return told?.kind === 'result' ? compared(textOf(parsed(result)), textOf(told.value)) : null;
}

function compared(whole: string, told: string): Received {
  if (told.includes(whole) || loose(whole) === loose(told)) return { how: 'whole' };
  const head = commonHead(whole, told);
  const tail = commonHead(reversed(whole.slice(head)), reversed(told.slice(head)));
  const kept = head + tail;
  if (kept < SHORTEST || told.length >= whole.length) return { how: 'reworded' };
  return { how: 'cut', kept, whole: whole.length, missing: whole.slice(head, whole.length - tail) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function loose(text: string): string {
  return text.replace(/[\s"'\\]/g, '');
}

function commonHead(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function reversed(text: string): string {
  return text.split('').reverse().join('');
}
