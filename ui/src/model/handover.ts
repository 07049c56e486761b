/** What an agent was given when another handed over to it, by its first model call. */
import type { StepDetail } from '../api/types';
import { conversationOf, type Message } from './messages';

export interface Handover {
  /** What the agent was sent, without its instructions. */
  readonly given: readonly Message[];
  /** How many messages there were before it, and how many of those it was sent as they were. */
  readonly before: number;
  readonly kept: number;
}

/** `caller`: the model call before the hand-off; without it nothing is known of what there was. */
export function handoverOf(caller: StepDetail | null, receiver: StepDetail): Handover {
  const given = wordsOf(conversationOf(receiver.content).input);
  const told = caller ? conversationOf(caller.content) : null;
  const before = told ? wordsOf([...told.input, ...told.output]) : [];
  const known = new Set(given.map(({ identity }) => identity));
  return { given, before: before.length, kept: before.filter(({ identity }) => known.has(identity)).length };
}

function wordsOf(messages: readonly Message[]): Message[] {
  return messages.filter(({ role }) => role !== 'system' && role !== 'developer');
}
