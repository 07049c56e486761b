/** Which steps of a tree are rows: what is folded, what is plumbing, how deep each row stands. */
import { repeatsOf, type Repeat } from './repeats';
import { ancestors, type Node, type Tree } from './tree';

export interface Row {
  readonly node: Node;
  readonly depth: number;
  readonly expandable: boolean;
  readonly open: boolean;
  /** Place among its siblings, from 1, as a screen reader announces it. */
  readonly place: number;
  readonly siblings: number;
  /** The row stands for these steps, its node the first of them. */
  readonly repeat?: Repeat;
}

/** What a person opened or closed, by step id; every step with children is listed once it was seen. */
export type Folds = ReadonlyMap<string, boolean>;

export interface Shown {
  readonly folds: Folds;
  readonly framework: boolean;
  /** A framework step that is shown all the same, because it is selected. */
  readonly keep?: string | null;
  /** Fold what is done again and again. */
  readonly repeats?: boolean;
}

/** Small runs are shown whole: folding would only cost a click. */
const SMALL_RUN = 24;

export function rowsOf(tree: Tree, shown: Shown): Row[] {
  const rows: Row[] = [];
  const waiting = siblings(visible(tree.roots, shown), 0, shown).reverse();
  for (let row = waiting.pop(); row; row = waiting.pop()) {
    rows.push(row);
    if (!row.open) continue;
    const children = siblings(visible(row.node.children, shown), row.depth + 1, shown);
    for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i]!);
  }
  return rows;
}

/**
 * Add the folds of branches that were not there before, so that nothing moves once it has been seen. Of a run that
 * has ended, what did not end well is open and the rest folded; one that goes on is open as it grows. A search is one
 * row whatever made it up, such as an embedding and a query.
 */
export function seedFolds(tree: Tree, folds: Folds, live: boolean): Folds {
  const seeded = new Map(folds);
  const small = tree.order.filter((node) => !node.step.framework).length <= SMALL_RUN;
  for (const node of tree.order) {
    if (!node.children.length || seeded.has(node.step.id)) continue;
    const { id, kind, status } = node.step;
    const isSearch = kind === 'retrieval' && status !== 'failed' && node.parent;
    seeded.set(id, !isSearch && (live || small || !node.parent || status !== 'completed'));
  }
  return seeded;
}

/** Fold the agents inside of a run that goes on whose work is done, but for those that a person opened or closed. */
export function foldDone(tree: Tree, folds: Folds, chosen: ReadonlySet<string>): Folds {
  const folded = new Map(folds);
  for (const { step, parent, children } of tree.order) {
    const isDone = step.kind === 'agent' && step.status === 'completed' && parent && children.length;
    if (isDone && !chosen.has(step.id)) folded.set(step.id, false);
  }
  return folded;
}

/** Open every branch on the way to a step. */
export function openTo(node: Node | undefined, folds: Folds): Folds {
  return new Map([...folds, ...ancestors(node).map(({ step }) => [step.id, true] as const)]);
}

export function hiddenCount(tree: Tree): number {
  return tree.order.filter((node) => node.step.framework).length;
}

/** A hidden framework step is transparent: what it encloses moves up to its place. */
function visible(nodes: readonly Node[], shown: Shown): Node[] {
  if (shown.framework) return [...nodes];
  return nodes.flatMap((node) =>
    node.step.framework && node.step.id !== shown.keep ? visible(node.children, shown) : [node],
  );
}

function siblings(nodes: readonly Node[], depth: number, shown: Shown): Row[] {
  const repeats = shown.repeats ? repeatsOf(nodes) : null;
  const rows: Omit<Row, 'siblings'>[] = [];
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index]!;
    const repeat = repeats?.get(index);
    const place = rows.length + 1;
    if (repeat && isFolded(repeat, shown)) {
      rows.push({ node, depth, expandable: true, open: false, place, repeat });
      index += repeat.nodes.length - 1;
    } else {
      const expandable = visible(node.children, shown).length > 0;
      const open = expandable && (shown.folds.get(node.step.id) ?? true);
      rows.push({ node, depth, expandable, open, place });
    }
  }
  return rows.map((row) => ({ ...row, siblings: rows.length }));
}

/** What a person opens and closes of a row: its branch, or the steps that it stands for. */
export function foldOf(row: Row): string {
  return row.repeat ? `repeat ${row.node.step.id}` : row.node.step.id;
}

/** The first may be selected, since it is the row; another one that is selected must be seen. */
function isFolded({ nodes }: Repeat, shown: Shown): boolean {
  if (shown.folds.get(`repeat ${nodes[0]!.step.id}`)) return false;
  return !nodes.some(({ step }, index) => index > 0 && step.id === shown.keep);
}

/** The row that encloses another one. */
export function parentRow(rows: readonly Row[], row: Row | undefined): Row | undefined {
  if (!row) return undefined;
  return rows.slice(0, rows.indexOf(row)).findLast((candidate) => candidate.depth < row.depth);
}
