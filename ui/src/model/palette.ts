/** The palette: steps of the open run, runs and commands that a text leads to, in groups. */
import type { Run, Step } from '../api/types';
import type { IconName } from './icons';
import { keyOf, type Command } from './keys';
import { withField } from './query';
import { plainText } from './sentence';
import { iconOf, STATUS_WORDS } from './words';

export type Target =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'search'; readonly text: string };

export interface Entry {
  readonly key: string;
  readonly icon: IconName;
  readonly text: string;
  readonly note: string;
  readonly keys: string | null;
  readonly target: Target;
}

export interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

interface Known {
  readonly steps: readonly Step[];
  readonly runs: readonly Run[];
}

const MOST = { steps: 6, runs: 5, commands: 8, tools: 2 };
const RUN_ID = /^[0-9a-f]{4,32}$/i;

const COMMANDS: readonly (readonly [Command, string, IconName])[] = [
  ['run.compare', 'Compare with the marked run, or the last that passed', 'compare'],
  ['error.next', 'Go to the next error', 'error'],
  ['run.failed', 'Show failed runs only', 'filter'],
  ['run.export', 'Save this run as a JSON file', 'download'],
  ['run.mark', 'Mark this run to compare', 'check'],
  ['run.sessions', 'List runs by session, or by day', 'message'],
  ['go.runs', 'Runs', 'run'],
  ['go.sessions', 'Sessions', 'message'],
  ['go.statistics', 'Statistics', 'stats'],
  ['go.settings', 'Settings', 'sliders'],
  ['search', 'Search runs', 'search'],
  ['link', 'Copy a link to this step', 'link'],
  ['framework', 'Show or hide framework steps', 'frame'],
  ['repeats', 'Fold or show steps that repeat', 'repeat'],
  ['critical', 'Show or hide the critical path and waits', 'chain'],
  ['new', 'Show only what is new, or all messages', 'llm'],
  ['raw', 'Raw attributes of this step', 'frame'],
  ['view.timeline', 'Timeline of this run', 'frame'],
  ['view.conversation', 'Conversation of this run', 'message'],
  ['view.lanes', 'Lanes of this run, one for each agent', 'stats'],
  ['view.findings', 'Findings of this run', 'error'],
  ['view.spans', 'Spans of this run, as recorded', 'frame'],
  ['theme', 'Next theme: system, light, dark', 'sun'],
  ['panel.runs', 'Show or hide the list of runs', 'panel'],
  ['panel.step', 'Show or hide the step', 'panel'],
  ['panel.widen', 'Widen the step', 'wide'],
  ['help', 'Keyboard shortcuts', 'keyboard'],
];

export function groupsOf(text: string, known: Known): Group[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const groups: Group[] = [
    { title: 'Steps in this run', entries: words.length ? stepEntries(words, known.steps) : [] },
    { title: 'Runs', entries: [...idEntry(text, known.runs), ...runEntries(words, known.runs)] },
    {
      title: 'Commands',
      entries: [...commandEntries(words), ...toolEntries(words, known.steps), ...searchEntry(text)],
    },
  ];
  return groups.filter(({ entries }) => entries.length);
}

/** Those that failed come first, and of several that say the same the first alone. */
function stepEntries(words: readonly string[], steps: readonly Step[]): Entry[] {
  const fitting = steps.filter((step) => holds(`${step.number} ${step.sentence}`, words));
  const failed = fitting.filter(({ status }) => status === 'failed');
  const bySentence = new Map<string, Step>();
  for (const step of [...failed, ...fitting]) {
    if (!bySentence.has(step.sentence)) bySentence.set(step.sentence, step);
  }
  return [...bySentence.values()].slice(0, MOST.steps).map((step) => ({
    key: `step ${step.id}`,
    icon: iconOf(step),
    text: step.sentence,
    note: `step ${step.number}`,
    keys: null,
    target: { kind: 'step', step },
  }));
}

function runEntries(words: readonly string[], runs: readonly Run[]): Entry[] {
  return first(MOST.runs, runs, (run) => holds(`${run.name} ${run.outcome} ${run.id}`, words)).map((run) => ({
    key: `run ${run.id}`,
    icon: STATUS_WORDS[run.status].icon,
    text: `${run.name}, ${plainText(run.outcome)}`,
    note: run.id.slice(0, 8),
    keys: null,
    target: { kind: 'run', run },
  }));
}

/** An id that is not among the runs read so far may still be one. */
function idEntry(text: string, runs: readonly Run[]): Entry[] {
  const id = text.trim().toLowerCase();
  if (!RUN_ID.test(id) || runs.some((run) => run.id.startsWith(id))) return [];
  const target = { kind: 'open', id } as const;
  return [{ key: `open ${id}`, icon: 'run', text: `Open run ${id}`, note: '', keys: null, target }];
}

function commandEntries(words: readonly string[]): Entry[] {
  return first(MOST.commands, COMMANDS, ([, name]) => holds(name, words)).map(([command, name, icon]) => ({
    key: command,
    icon,
    text: name,
    note: '',
    keys: keyOf(command),
    target: { kind: 'command', command },
  }));
}

/** Runs that called a tool of this one. */
function toolEntries(words: readonly string[], steps: readonly Step[]): Entry[] {
  if (!words.length) return [];
  const tools = new Set(steps.flatMap(({ tool_name }) => tool_name ?? []));
  return first(MOST.tools, [...tools], (name) => holds(`filter runs by tool ${name}`, words)).map((name) => ({
    key: `tool ${name}`,
    icon: 'filter',
    text: `Filter runs by tool \`${name}\``,
    note: '',
    keys: null,
    target: { kind: 'search', text: withField('', 'tool', name) },
  }));
}

function searchEntry(text: string): Entry[] {
  const wanted = text.trim();
  if (!wanted) return [];
  const target = { kind: 'search', text: wanted } as const;
  return [
    { key: 'search all', icon: 'search', text: `Search runs for “${wanted}”`, note: '', keys: null, target },
  ];
}

function holds(text: string, words: readonly string[]): boolean {
  const folded = text.toLowerCase();
  return words.every((word) => folded.includes(word));
}

function first<Value>(most: number, values: readonly Value[], fits: (value: Value) => boolean): Value[] {
  const found: Value[] = [];
  for (const value of values) {
    if (fits(value)) found.push(value);
    if (found.length === most) break;
  }
  return found;
}
