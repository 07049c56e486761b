/** Turns of a conversation under the names of those who speak, each name once for what it says in a row. */
import type { Turn } from '../api/types';
import { agentsOf, besideOthers } from './agents';
import type { IconName } from './icons';
import { conversationOf, type Message } from './messages';
import { inTelling } from './telling';
import type { Node, Tree } from './tree';

export interface Line {
  readonly turn: Turn;
  readonly node: Node | undefined;
  /** Null where the step's sentence says it. */
  readonly message: Message | null;
}

export interface Speech {
  readonly key: string;
  readonly speaker: string;
  readonly icon: IconName;
  /** Below the name: the model that spoke, or whom it was said to, and whether others spoke meanwhile. */
  readonly note: string | null;
  readonly lines: readonly Line[];
}

export function speechesOf(turns: readonly Turn[], tree: Tree): Speech[] {
  const agents = agentsOf(tree);
  const callers = new Map(agents.map(({ name, from }) => [name, from]));
  const beside = besideOthers(agents);
  const speeches: (Speech & { lines: Line[] })[] = [];
  const lines = turns.map((turn, index) => ({ index, ...lineOf(turn, tree) }));
  for (const { index, ...line } of inTelling(lines)) {
    const who = whoOf(line, callers);
    const last = speeches.at(-1);
    const hasNote = last?.note && who.note;
    if (last?.speaker === who.speaker && last.icon === who.icon && !(hasNote && last.note !== who.note)) {
      last.lines.push(line);
      if (!last.note && who.note) speeches[speeches.length - 1] = { ...last, note: who.note };
    } else speeches.push({ ...who, key: `${index} ${line.turn.step_id}`, lines: [line] });
  }
  return speeches.map((speech) =>
    speech.icon === 'agent' && beside.has(speech.speaker)
      ? { ...speech, note: [speech.note, 'in parallel'].filter(Boolean).join(', ') }
      : speech,
  );
}

function lineOf(turn: Turn, tree: Tree): Line {
  const node = tree.byId.get(turn.step_id);
  if (turn.message === null || turn.message === undefined) return { turn, node, message: null };
  const direction = turn.direction === 'input' ? 'input_messages' : 'output_messages';
  const { input, output } = conversationOf({ [direction]: [turn.message] });
  return { turn, node, message: input[0] ?? output[0] ?? null };
}

/** What an agent is given as from a user comes from the agent that called it, if one did. */
function whoOf(
  { turn, node, message }: Line,
  callers: ReadonlyMap<string, string | null>,
): Pick<Speech, 'speaker' | 'icon' | 'note'> {
  const agent = turn.agent ?? 'No agent';
  if (turn.direction !== 'input' || !message) {
    return {
      speaker: agent,
      icon: node?.step.kind === 'final' ? 'check' : 'agent',
      note: noteOf(turn, node),
    };
  }
  if (message.role === 'system' || message.role === 'developer') {
    return { speaker: 'Instructions', icon: 'task', note: `for ${agent}` };
  }
  if (message.role === 'user') {
    const caller = callers.get(agent);
    return { speaker: caller ?? 'User', icon: caller ? 'handoff' : 'message', note: `to ${agent}` };
  }
  return { speaker: message.role === 'tool' ? 'Tool' : 'Earlier', icon: 'tool', note: `to ${agent}` };
}

function noteOf(turn: Turn, node: Node | undefined): string | null {
  if (node?.step.kind === 'final') return 'to the user';
  return turn.direction === 'output' ? (node?.step.model ?? null) : null;
}
