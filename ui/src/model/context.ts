/** What a model call was given: its messages against those of the call before, and who takes how much room. */
import type { ContextShare, StepContext } from '../api/types';
import { diffWords, messageText, type WordStretch } from './diff';
import { count, whole } from './format';
import { messageOf, type Conversation, type Message } from './messages';

export type CallRow =
  | { readonly kind: 'same'; readonly count: number }
  | { readonly kind: 'message'; readonly message: Message; readonly fresh: boolean; readonly note?: string }
  | { readonly kind: 'removed'; readonly message: Message }
  | { readonly kind: 'rewritten'; readonly message: Message; readonly words: readonly WordStretch[] };

export interface Share {
  readonly part: ContextShare['part'];
  readonly label: string;
  /** Tokens where the provider counted the call, characters otherwise. */
  readonly amount: string;
  /** Of the whole, 0 to 100. */
  readonly percent: number;
}

const PART_WORDS: Readonly<Record<ContextShare['part'], string>> = {
  system: 'System',
  tools: 'Tool schemas',
  history: 'History',
  tool_results: 'Tool results',
  retrieved: 'Retrieved',
  new: 'New',
};

/** The parts of a context, each with its share of the whole. */
export function sharesOf({ shares }: StepContext): Share[] {
  const characters = shares.reduce((sum, share) => sum + share.characters, 0);
  return shares.map((share) => ({
    part: share.part,
    label: PART_WORDS[share.part] ?? share.part,
    amount: share.tokens === null ? `${count(share.characters)} characters` : whole(share.tokens),
    percent: characters ? (100 * share.characters) / characters : 0,
  }));
}

/** How the shares were come by, in words. */
export function basisOf({ shares, input_tokens }: StepContext): string {
  if (input_tokens === null) return 'tokens unknown, shares by characters';
  const estimated = shares.some((share) => share.estimated);
  return `${whole(input_tokens)} tokens${estimated ? ', parts estimated by characters' : ''}`;
}

/**
 * The messages of a call in order, those that the call before already had folded if `onlyNew`.
 * `before`: what the call before was given and answered: its own answer, sent back, is nothing new.
 */
export function rowsOfCall(
  now: Conversation,
  context: StepContext | null,
  before: Conversation | null,
  onlyNew: boolean,
): CallRow[] {
  const shown = (message: Message, fresh: boolean): CallRow => ({ kind: 'message', message, fresh });
  const output = now.output.map((message) => shown(message, !!context?.previous_step_id));
  if (!context?.previous_step_id) {
    return [...[...now.system, ...now.input].map((message) => shown(message, false)), ...output];
  }
  const rows = [...systemRows(now, before), ...inputRows(now, context, before)];
  return [...(onlyNew ? folded(rows) : rows), ...output];
}

function systemRows(now: Conversation, before: Conversation | null): CallRow[] {
  return now.system.map((message, index) => {
    const was = before?.system[index];
    if (!was || was.identity === message.identity) {
      return { kind: 'message', message, fresh: !!before && !was };
    }
    return rewritten(message, message.parts, was.parts);
  });
}

function inputRows(now: Conversation, context: StepContext, before: Conversation | null): CallRow[] {
  const answered = new Set(before?.output.map((message) => message.identity));
  return context.changes.flatMap((change): CallRow[] => {
    const message = change.index === null ? null : now.input[change.index];
    if (!message) return [{ kind: 'removed', message: messageOf(change.previous) }];
    if (change.change === 'rewritten') return [rewritten(message, change.message, change.previous)];
    if (change.change === 'compacted') {
      const note = `compacted ${change.previous_indexes.length} into 1`;
      return [{ kind: 'message', message, fresh: true, note }];
    }
    return [
      { kind: 'message', message, fresh: change.change === 'added' && !answered.has(message.identity) },
    ];
  });
}

function rewritten(message: Message, present: unknown, past: unknown): CallRow {
  const [was, is] = [past, present].map((raw) => messageText(Array.isArray(raw) ? { parts: raw } : raw));
  return { kind: 'rewritten', message, words: diffWords(was ?? '', is ?? '') };
}

/** Stretches of known messages as one row with their count. */
function folded(rows: readonly CallRow[]): CallRow[] {
  const kept: CallRow[] = [];
  for (const row of rows) {
    const last = kept.at(-1);
    if (row.kind !== 'message' || row.fresh) kept.push(row);
    else if (last?.kind === 'same') kept[kept.length - 1] = { kind: 'same', count: last.count + 1 };
    else kept.push({ kind: 'same', count: 1 });
  }
  return kept;
}
