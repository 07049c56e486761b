/** The list of shortcuts. */
/** What the list of shortcuts shows: groups of what it does and the keys for it. */
export const HELP: readonly { title: string; lines: readonly (readonly [string, ...string[]])[] }[] = [
  {
    title: 'Anywhere',
    lines: [
      ['Go to run, step or command', 'Ctrl k'],
      ['Search runs', '/'],
      ['Settings', 'Ctrl ,'],
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
      ['Mark to compare', 'x'],
      ['Compare with marked, or last good', 'c'],
      ['Save as a JSON file', 'Shift S'],
      ['By session, by day', 's'],
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
      ['Next call of the same tool', '.'],
      ['Next, previous error', 'e', 'Shift E'],
      ['Next, previous finding', 'n', 'Shift N'],
      ['Framework steps', 'f'],
      ['Fold, show repeats', 'r'],
      ['Critical path and waits', 'w'],
      ['Zoom the clock in, out, all', '+', '-', '0'],
    ],
  },
  {
    title: 'Views and step',
    lines: [
      ['Timeline', '1'],
      ['Conversation', '2'],
      ['Lanes', '3'],
      ['Findings', '4'],
      ['Spans, as recorded', '5'],
      ['Only what is new', 'd'],
      ['Raw attributes', 'v'],
      ['Copy link to step', 'y'],
    ],
  },
];
