/** What changed between two texts, line by line, for two columns beside each other. */
export interface DiffLine {
  readonly left: string | null;
  readonly right: string | null;
  readonly same: boolean;
}

/** A stretch of words that two texts share, or that one of them has alone. */
export interface WordStretch {
  readonly text: string;
  readonly change: 'same' | 'added' | 'removed';
}

/** Beyond so many lines or words, only equal beginnings and ends are looked for. */
const MOST = 400;

export function diffLines(left: string, right: string): DiffLine[] {
  const a = left.split('\n');
  const b = right.split('\n');
  const head = commonLength(a, b, (lines, index) => lines[index]);
  const restA = a.slice(head);
  const restB = b.slice(head);
  const tail = commonLength(restA, restB, (lines, index) => lines[lines.length - 1 - index]);
  const middle = middleOf(restA.slice(0, restA.length - tail), restB.slice(0, restB.length - tail));
  const same = (line: string): DiffLine => ({ left: line, right: line, same: true });
  return [...a.slice(0, head).map(same), ...middle, ...a.slice(a.length - tail).map(same)];
}

/** How one text became another, word by word, in reading order. */
export function diffWords(before: string, after: string): WordStretch[] {
  const a = wordsOf(before);
  const b = wordsOf(after);
  const head = commonLength(a, b, (words, index) => words[index]);
  const restA = a.slice(head);
  const restB = b.slice(head);
  const tail = commonLength(restA, restB, (words, index) => words[words.length - 1 - index]);
  const middle = middleOf(restA.slice(0, restA.length - tail), restB.slice(0, restB.length - tail));
  const stretches: WordStretch[] = [];
  add(stretches, 'same', a.slice(0, head));
  for (const run of runsOf(middle)) {
    if (run.same) add(stretches, 'same', run.left);
    else {
      add(stretches, 'removed', run.left);
      add(stretches, 'added', run.right);
    }
  }
  add(stretches, 'same', a.slice(a.length - tail));
  return stretches;
}

/** A message as text: what its parts say, one after another. */
export function messageText(message: unknown): string {
  if (message === null || message === undefined) return '';
  if (typeof message === 'string') return message;
  const parts = field(message, 'parts');
  if (!Array.isArray(parts)) return JSON.stringify(message, null, 2);
  return parts.map(partText).join('\n');
}

export function roleOf(message: unknown): string {
  const role = field(message, 'role');
  return typeof role === 'string' ? role : 'message';
}

function wordsOf(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^]/gu) ?? [];
}

interface WordRun {
  readonly same: boolean;
  readonly left: string[];
  readonly right: string[];
}

function runsOf(pairs: readonly DiffLine[]): WordRun[] {
  const runs: WordRun[] = [];
  for (const { left, right, same } of pairs) {
    let run = runs.at(-1);
    if (run?.same !== same) runs.push((run = { same, left: [], right: [] }));
    if (left !== null) run.left.push(left);
    if (right !== null) run.right.push(right);
  }
  return runs;
}

function add(stretches: WordStretch[], change: WordStretch['change'], words: readonly string[]): void {
  if (!words.length) return;
  const last = stretches.at(-1);
  const text = words.join('');
  if (last?.change === change) stretches[stretches.length - 1] = { text: last.text + text, change };
  else stretches.push({ text, change });
}

function partText(part: unknown): string {
  for (const name of ['content', 'response', 'arguments']) {
    const value = field(part, name);
    if (typeof value === 'string') return value;
    if (value !== undefined && value !== null) return JSON.stringify(value, null, 2);
  }
  return JSON.stringify(part);
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function commonLength(
  a: readonly string[],
  b: readonly string[],
  at: (lines: readonly string[], index: number) => string | undefined,
): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && at(a, length) === at(b, length)) length++;
  return length;
}

function middleOf(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length > MOST || b.length > MOST) return beside(a, b);
  const lengths = commonTable(a, b);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  let [leftOnly, rightOnly]: [string[], string[]] = [[], []];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(...beside(leftOnly, rightOnly), { left: a[i]!, right: b[j]!, same: true });
      [leftOnly, rightOnly] = [[], []];
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      leftOnly.push(a[i++]!);
    } else rightOnly.push(b[j++]!);
  }
  return [...lines, ...beside(leftOnly, rightOnly)];
}

function beside(a: readonly string[], b: readonly string[]): DiffLine[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => ({
    left: a[index] ?? null,
    right: b[index] ?? null,
    same: false,
  }));
}

function commonTable(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i]![j] =
        a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}
