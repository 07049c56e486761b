/** The keyboard: which key means what, in one table that also feeds the list of shortcuts. */
export type Command =
  | 'step.next'
  | 'step.previous'
  | 'step.first'
  | 'step.last'
  | 'step.parent'
  | 'run.next'
  | 'run.previous'
  | 'run.failed'
  | 'branch.open'
  | 'branch.close'
  | 'error.next'
  | 'error.previous'
  | 'framework'
  | 'new'
  | 'raw'
  | 'view.timeline'
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
  /** Alternatives; `Shift+` is the only modifier. */
  readonly keys: readonly string[];
  /** Where it holds; everywhere but in fields when not said. */
  readonly places?: readonly Place[];
}

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
  { command: 'run.next', keys: ['Shift+J'] },
  { command: 'run.previous', keys: ['Shift+K'] },
  { command: 'run.next', keys: ['ArrowDown'], places: ['runs'] },
  { command: 'run.previous', keys: ['ArrowUp'], places: ['runs'] },
  { command: 'run.failed', keys: ['Shift+F'] },
  { command: 'error.next', keys: ['e'] },
  { command: 'error.previous', keys: ['Shift+E'] },
  { command: 'framework', keys: ['f'] },
  { command: 'new', keys: ['d'] },
  { command: 'raw', keys: ['v'] },
  { command: 'view.timeline', keys: ['1'] },
  { command: 'link', keys: ['y'] },
  { command: 'search', keys: ['/'] },
  { command: 'help', keys: ['?', 'Shift+?'] },
  { command: 'theme', keys: ['Shift+T'] },
  { command: 'panel.runs', keys: ['['] },
  { command: 'panel.widen', keys: [']'] },
  { command: 'panel.step', keys: ['\\'] },
  { command: 'panel.next', keys: ['F6'], places: ['runs', 'timeline', 'field', 'widget', 'page'] },
  { command: 'escape', keys: ['Escape'], places: ['runs', 'timeline', 'field', 'widget', 'page'] },
];

/** What the list of shortcuts shows: groups of what it does and the keys for it. */
export const HELP: readonly { title: string; lines: readonly (readonly [string, ...string[]])[] }[] = [
  {
    title: 'Anywhere',
    lines: [
      ['Search runs', '/'],
      ['Next panel', 'F6'],
      ['Theme', 'Shift T'],
      ['This list', '?'],
      ['Close, clear', 'Esc'],
    ],
  },
  {
    title: 'Runs',
    lines: [
      ['Next, previous run', 'Shift J', 'Shift K'],
      ['Failed only', 'Shift F'],
    ],
  },
  {
    title: 'Panels',
    lines: [
      ['Hide the list of runs', '['],
      ['Widen, hide the step', ']', '\\'],
    ],
  },
  {
    title: 'Steps',
    lines: [
      ['Next, previous step', 'j', 'k'],
      ['Close, open branch', '←', '→'],
      ['Parent step', 'p'],
      ['Next, previous error', 'e', 'Shift E'],
      ['Framework steps', 'f'],
    ],
  },
  {
    title: 'Views and step',
    lines: [
      ['Timeline', '1'],
      ['Only what is new', 'd'],
      ['Raw attributes', 'v'],
      ['Copy link to step', 'y'],
    ],
  },
];

export function commandOf(press: KeyPress, place: Place): Command | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  const upper = press.key.length === 1 ? press.key.toUpperCase() : press.key;
  const name = press.shiftKey ? `Shift+${upper}` : press.key;
  const found = SHORTCUTS.find(
    ({ keys, places }) => keys.includes(name) && (places ? places.includes(place) : place !== 'field'),
  );
  return found?.command ?? null;
}
