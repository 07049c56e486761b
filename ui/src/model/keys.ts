/** The keyboard: which key means what, in one table that also feeds the list of shortcuts. */
export type Command =
  | 'step.next'
  | 'step.previous'
  | 'step.first'
  | 'step.last'
  | 'step.parent'
  | 'step.same'
  | 'run.next'
  | 'run.previous'
  | 'run.failed'
  | 'run.mark'
  | 'run.compare'
  | 'run.export'
  | 'run.sessions'
  | 'palette'
  | 'go.runs'
  | 'go.sessions'
  | 'go.statistics'
  | 'go.settings'
  | 'branch.open'
  | 'branch.close'
  | 'error.next'
  | 'error.previous'
  | 'finding.next'
  | 'finding.previous'
  | 'framework'
  | 'repeats'
  | 'critical'
  | 'new'
  | 'raw'
  | 'zoom.in'
  | 'zoom.out'
  | 'zoom.all'
  | 'view.timeline'
  | 'view.conversation'
  | 'view.lanes'
  | 'view.findings'
  | 'view.spans'
  | 'link'
  | 'search'
  | 'help'
  | 'theme'
  | 'panel.runs'
  | 'panel.widen'
  | 'panel.step'
  | 'panel.next'
  | 'escape';

/** Where the focus is; in a field only Escape is ours, and a widget keeps its own arrow keys. */
export type Place = 'runs' | 'timeline' | 'field' | 'widget' | 'page';

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

export interface Shortcut {
  readonly command: Command;
  /** Alternatives; `Shift+` and `Ctrl+` (also the command key of a Mac) are the modifiers. */
  readonly keys: readonly string[];
  /** Where it holds; everywhere but in fields when not said. */
  readonly places?: readonly Place[];
}

const EVERYWHERE: readonly Place[] = ['runs', 'timeline', 'field', 'widget', 'page'];

const SHORTCUTS: readonly Shortcut[] = [
  { command: 'step.next', keys: ['j'] },
  { command: 'step.previous', keys: ['k'] },
  { command: 'step.next', keys: ['ArrowDown'], places: ['timeline', 'page'] },
  { command: 'step.previous', keys: ['ArrowUp'], places: ['timeline', 'page'] },
  { command: 'step.first', keys: ['Home'], places: ['timeline'] },
  { command: 'step.last', keys: ['End'], places: ['timeline'] },
  { command: 'branch.open', keys: ['ArrowRight'], places: ['timeline', 'page'] },
  { command: 'branch.close', keys: ['ArrowLeft'], places: ['timeline', 'page'] },
  { command: 'step.parent', keys: ['p'] },
  { command: 'step.same', keys: ['.'] },
  { command: 'run.next', keys: ['Shift+J'] },
  { command: 'run.previous', keys: ['Shift+K'] },
  { command: 'run.next', keys: ['ArrowDown'], places: ['runs'] },
  { command: 'run.previous', keys: ['ArrowUp'], places: ['runs'] },
  { command: 'run.failed', keys: ['Shift+F'] },
  { command: 'run.mark', keys: ['x'] },
  { command: 'run.compare', keys: ['c'] },
  { command: 'run.export', keys: ['Shift+S'] },
  { command: 'run.sessions', keys: ['s'] },
  { command: 'palette', keys: ['Ctrl+k'], places: EVERYWHERE },
  { command: 'go.settings', keys: ['Ctrl+,'], places: EVERYWHERE },
  { command: 'error.next', keys: ['e'] },
  { command: 'error.previous', keys: ['Shift+E'] },
  { command: 'finding.next', keys: ['n'] },
  { command: 'finding.previous', keys: ['Shift+N'] },
  { command: 'framework', keys: ['f'] },
  { command: 'repeats', keys: ['r'] },
  { command: 'critical', keys: ['w'] },
  { command: 'new', keys: ['d'] },
  { command: 'raw', keys: ['v'] },
  { command: 'zoom.in', keys: ['+', 'Shift++', '='] },
  { command: 'zoom.out', keys: ['-'] },
  { command: 'zoom.all', keys: ['0'] },
  { command: 'view.timeline', keys: ['1'] },
  { command: 'view.conversation', keys: ['2'] },
  { command: 'view.lanes', keys: ['3'] },
  { command: 'view.findings', keys: ['4'] },
  { command: 'view.spans', keys: ['5'] },
  { command: 'link', keys: ['y'] },
  { command: 'search', keys: ['/'] },
  { command: 'help', keys: ['?', 'Shift+?'] },
  { command: 'theme', keys: ['Shift+T'] },
  { command: 'panel.runs', keys: ['['] },
  { command: 'panel.widen', keys: [']'] },
  { command: 'panel.step', keys: ['\\'] },
  { command: 'panel.next', keys: ['F6'], places: EVERYWHERE },
  { command: 'escape', keys: ['Escape'], places: EVERYWHERE },
];

/** `single`: keys without a modifier count; a person may switch them off. */
export function commandOf(press: KeyPress, place: Place, single = true): Command | null {
  const name = nameOf(press);
  if (!name || (!single && isSingle(name))) return null;
  const found = SHORTCUTS.find(
    ({ keys, places }) => keys.includes(name) && (places ? places.includes(place) : place !== 'field'),
  );
  return found?.command ?? null;
}

/** The key that a list of commands shows beside a command; with several, the first. */
export function keyOf(command: Command): string | null {
  const key = SHORTCUTS.find((shortcut) => shortcut.command === command)?.keys[0];
  return key?.replace('+', ' ') ?? null;
}

function nameOf({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyPress): string | null {
  if (altKey) return null;
  if (ctrlKey || metaKey) return shiftKey ? null : `Ctrl+${key.toLowerCase()}`;
  return shiftKey ? `Shift+${key.length === 1 ? key.toUpperCase() : key}` : key;
}

/** A character alone, which a slip of the hand or of speech input can produce. */
function isSingle(name: string): boolean {
  return /^(Shift\+)?.$/u.test(name);
}
