/** A JSON value as lines of text that can be folded, so that a viewer needs to make only the lines in sight. */
export interface Token {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'mark';
  readonly text: string;
}

export interface Line {
  /** The way to the value from the top, which stays the same when other lines fold. */
  readonly path: string;
  readonly depth: number;
  readonly tokens: readonly Token[];
  /** Null for lines that cannot be folded. */
  readonly open: boolean | null;
}

/** Containers that fit in this many characters are written in one line. */
const INLINE = 64;
/** Scalars of at most so many characters share a line. */
const BRIEF = 32;
/** What a folded container shows of itself. */
const PREVIEW = 28;
/** Containers with more values than this begin folded, below the top. */
const LONG = 60;
/** In a long list of containers the first one is open: the others mostly look alike. */
const OPEN_IN_LIST = 1;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function jsonText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? String(value));
}

/** `folds`: what a person opened or closed, by path. */
export function linesOf(value: unknown, folds: ReadonlyMap<string, boolean>): Line[] {
  const lines: Line[] = [];
  write(value, [], { path: '$', depth: 0, end: '', lines, folds });
  return lines;
}

/** A value in one line, cut at a length. */
export function shortText(value: unknown, length = 120): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly end: string;
  readonly lines: Line[];
  readonly folds: ReadonlyMap<string, boolean>;
  /** Far down in a list of containers. */
  readonly alike?: boolean;
}

function write(value: unknown, lead: Token[], place: Place): void {
  const children = childrenOf(value);
  if (!children.length || isShort(value)) {
    place.lines.push(line(place, [...lead, ...inline(value), mark(place.end)], null));
    return;
  }
  const [opening, closing] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const open =
    place.folds.get(place.path) ?? (place.depth === 0 || (children.length <= LONG && !place.alike));
  if (!open) {
    const folded = [mark(opening), ...preview(children), mark(closing + place.end)];
    place.lines.push(line(place, [...lead, ...folded], false));
    return;
  }
  place.lines.push(line(place, [...lead, mark(opening)], true));
  writeChildren(children, place);
  place.lines.push(line({ ...place, path: `${place.path} end` }, [mark(closing + place.end)], null));
}

function writeChildren(children: readonly [string | null, unknown][], place: Place): void {
  const row: Token[] = [];
  let first = place.path;
  const endRow = (): void => {
    if (row.length)
      place.lines.push(line({ ...place, path: first, depth: place.depth + 1 }, row.splice(0), null));
  };
  children.forEach(([key, child], index) => {
    const path = `${place.path}.${key ?? index}`;
    const lead: Token[] = key === null ? [] : [{ kind: 'key', text: JSON.stringify(key) }, mark(': ')];
    const end = index < children.length - 1 ? ',' : '';
    if (place.depth > 0 && isBrief(child)) {
      const tokens = [...lead, scalar(child), mark(end)];
      if (row.length && length(row) + 1 + length(tokens) > INLINE) endRow();
      if (row.length) row.push(mark(' '));
      else first = path;
      row.push(...tokens);
      return;
    }
    endRow();
    const alike = key === null && children.length > OPEN_IN_LIST + 2 && index >= OPEN_IN_LIST;
    write(child, lead, { ...place, path, depth: place.depth + 1, end, alike });
  });
  endRow();
}

/** What stands in a row with its neighbours, below the top: a record takes a few lines then, and not one a field. */
function isBrief(value: unknown): boolean {
  return !childrenOf(value).length && width(value, BRIEF) <= BRIEF;
}

function length(tokens: readonly Token[]): number {
  return tokens.reduce((sum, token) => sum + token.text.length, 0);
}

function childrenOf(value: unknown): [string | null, unknown][] {
  if (Array.isArray(value)) return value.map((child: unknown) => [null, child]);
  return isObject(value) ? Object.entries(value) : [];
}

function isShort(value: unknown): boolean {
  return (
    width(value, INLINE) <= INLINE && !childrenOf(value).some(([, child]) => childrenOf(child).length > 3)
  );
}

/** Stops counting once the limit is passed, so that a megabyte costs no more than a line. */
function width(value: unknown, limit: number): number {
  const children = childrenOf(value);
  if (typeof value === 'string') return value.length + 2;
  if (!children.length) return String(value).length;
  let sum = 2;
  for (const [key, child] of children) {
    sum += (key?.length ?? 0) + 4 + width(child, limit - sum);
    if (sum > limit) break;
  }
  return sum;
}

/** The first scalar fields of a folded container, and how many values there are in all. */
function preview(children: readonly [string | null, unknown][]): Token[] {
  const size: Token = {
    kind: 'word',
    text: ` ${children.length} ${children[0]?.[0] === null ? 'values' : 'fields'} `,
  };
  if (children[0]?.[0] === null) return [size];
  const tokens: Token[] = [];
  let room = PREVIEW;
  for (const [key, child] of children) {
    room -= (key?.length ?? 0) + 6 + width(child, room);
    if (room < 0) break;
    tokens.push({ kind: 'key', text: JSON.stringify(key) }, mark(': '), ...inline(child), mark(', '));
  }
  return tokens.length ? [...tokens, mark('…')] : [size];
}

function inline(value: unknown): Token[] {
  const children = childrenOf(value);
  if (!children.length) return [scalar(value)];
  const [opening, closing] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const inner = children.flatMap(([key, child], index): Token[] => [
    ...(index ? [mark(', ')] : []),
    ...(key === null ? [] : [{ kind: 'key', text: JSON.stringify(key) } as const, mark(': ')]),
    ...inline(child),
  ]);
  return [mark(opening), ...inner, mark(closing)];
}

function scalar(value: unknown): Token {
  if (typeof value === 'string') return { kind: 'string', text: JSON.stringify(value) };
  if (typeof value === 'number') return { kind: 'number', text: String(value) };
  if (Array.isArray(value)) return mark('[]');
  return isObject(value) ? mark('{}') : { kind: 'word', text: String(value) };
}

function mark(text: string): Token {
  return { kind: 'mark', text };
}

function line(place: Place, tokens: Token[], open: boolean | null): Line {
  return { path: place.path, depth: place.depth, tokens: tokens.filter((token) => token.text), open };
}
