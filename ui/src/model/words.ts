/** Words and icons for kinds and statuses: each colour in the UI has one of these beside it. */
import type { Status, Step, StepKind } from '../api/types';
import type { IconName } from './icons';

export type Tone = 'err' | 'ok' | 'warn' | 'run' | 'quiet';

interface StatusWords {
  readonly label: string;
  readonly tone: Tone;
  readonly icon: IconName;
}

interface KindWords {
  readonly label: string;
  readonly icon: IconName;
  /** The colour token of the kind. */
  readonly tone: 'llm' | 'tool' | 'mem' | 'agent' | 'frame' | 'err';
}

export const STATUS_WORDS = withFallback<Status, StatusWords>(
  { label: 'Unknown status', tone: 'quiet', icon: 'stop' },
  {
    running: { label: 'Running', tone: 'run', icon: 'run' },
    completed: { label: 'Completed', tone: 'ok', icon: 'check' },
    failed: { label: 'Failed', tone: 'err', icon: 'error' },
    cancelled: { label: 'Cancelled', tone: 'quiet', icon: 'stop' },
    interrupted: { label: 'Interrupted', tone: 'warn', icon: 'cut' },
  },
);

export const KIND_WORDS = withFallback<StepKind, KindWords>(
  { label: 'step', icon: 'frame', tone: 'frame' },
  {
    agent: { label: 'agent', icon: 'agent', tone: 'agent' },
    llm: { label: 'LLM', icon: 'llm', tone: 'llm' },
    tool: { label: 'tool', icon: 'tool', tone: 'tool' },
    memory: { label: 'memory', icon: 'memory', tone: 'mem' },
    retrieval: { label: 'retrieval', icon: 'search', tone: 'tool' },
    embedding: { label: 'embedding', icon: 'embedding', tone: 'tool' },
    handoff: { label: 'hand-off', icon: 'handoff', tone: 'agent' },
    message: { label: 'message', icon: 'message', tone: 'agent' },
    task: { label: 'task', icon: 'task', tone: 'agent' },
    guardrail: { label: 'guardrail', icon: 'guard', tone: 'frame' },
    error: { label: 'error', icon: 'error', tone: 'err' },
    final: { label: 'final answer', icon: 'check', tone: 'agent' },
    chain: { label: 'chain', icon: 'chain', tone: 'frame' },
    framework: { label: 'framework', icon: 'frame', tone: 'frame' },
  },
);

/** A page that stays open meets a newer server, which may know kinds and statuses that the page does not. */
function withFallback<Name extends string, Words>(
  fallback: Words,
  known: Readonly<Record<Name, Words>>,
): Readonly<Record<Name, Words>> {
  return new Proxy(known, {
    get: (words, name) => (Object.hasOwn(words, name) ? Reflect.get(words, name) : fallback),
  });
}

export function iconOf(step: Step): IconName {
  if (step.kind === 'agent' && step.parent_event_id === null) return 'run';
  return step.type === 'memory_write' ? 'memory-write' : KIND_WORDS[step.kind].icon;
}
