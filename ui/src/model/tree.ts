/** The tree of a run's steps: nesting, totals of each branch, and nothing about what is shown. */
import type { Step } from '../api/types';

export interface Node {
  readonly step: Step;
  parent: Node | null;
  readonly children: Node[];
  /** Steps inside, framework steps not counted. */
  inside: number;
  /** Failed steps inside, framework steps not counted. */
  failuresInside: number;
  /** Tokens of the counted steps in this branch; null when none said. */
  tokens: number | null;
  /** Cost of the counted steps in this branch, as far as known; null when none is known. */
  costUsd: number | null;
  /** Counted steps in this branch whose cost nobody knows. */
  unpriced: number;
  /** Its parent was never recorded. */
  orphan: boolean;
}

export interface Tree {
  readonly roots: readonly Node[];
  readonly byId: ReadonlyMap<string, Node>;
  /** Parents before children, each branch together. */
  readonly order: readonly Node[];
}

export const emptyTree: Tree = { roots: [], byId: new Map(), order: [] };

export function buildTree(steps: readonly Step[]): Tree {
  const byId = new Map(steps.map((step) => [step.id, emptyNode(step)]));
  const nodes = [...byId.values()];
  for (const node of nodes) adopt(node, byId);
  const roots = nodes.filter((node) => !node.parent);
  const order = inOrder(roots);
  if (order.length < nodes.length) releaseCircles(nodes, roots, order);
  sumUp(order);
  return { roots, byId, order };
}

export function ancestors(node: Node | undefined): Node[] {
  const found: Node[] = [];
  for (let up = node?.parent; up; up = up.parent) found.push(up);
  return found;
}

/** Whether a failure began here, rather than passing through from a step inside. */
export function isOrigin(node: Node): boolean {
  return node.step.status === 'failed' && node.failuresInside === 0;
}

function emptyNode(step: Step): Node {
  return {
    step,
    parent: null,
    children: [],
    inside: 0,
    failuresInside: 0,
    tokens: null,
    costUsd: null,
    unpriced: 0,
    orphan: false,
  };
}

function adopt(node: Node, byId: Map<string, Node>): void {
  const parentId = node.step.parent_event_id;
  const parent = parentId === null ? undefined : byId.get(parentId);
  node.orphan = parentId !== null && !parent;
  if (!parent || parent === node) return;
  node.parent = parent;
  parent.children.push(node);
}

function inOrder(roots: readonly Node[]): Node[] {
  const order: Node[] = [];
  const waiting = [...roots].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    order.push(node);
    for (let i = node.children.length - 1; i >= 0; i--) waiting.push(node.children[i]!);
  }
  return order;
}

/** Steps that claim each other as parents hang under no root: the first of each circle becomes one. */
function releaseCircles(nodes: readonly Node[], roots: Node[], order: Node[]): void {
  const seen = new Set(order);
  for (const node of nodes) {
    if (seen.has(node)) continue;
    node.parent?.children.splice(node.parent.children.indexOf(node), 1);
    node.parent = null;
    roots.push(node);
    for (const found of inOrder([node])) {
      seen.add(found);
      order.push(found);
    }
  }
}

function sumUp(order: readonly Node[]): void {
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!;
    if (node.step.counted) countOwn(node);
    if (node.parent) passUp(node, node.parent);
  }
}

function countOwn(node: Node): void {
  const { tokens, cost_usd: cost } = node.step;
  node.tokens = plus(node.tokens, plus(tokens.input ?? null, tokens.output ?? null));
  node.costUsd = plus(node.costUsd, cost);
  if (cost === null) node.unpriced += 1;
}

function passUp(node: Node, parent: Node): void {
  const own = node.step.framework ? 0 : 1;
  parent.inside += node.inside + own;
  parent.failuresInside += node.failuresInside + (node.step.status === 'failed' ? own : 0);
  parent.tokens = plus(parent.tokens, node.tokens);
  parent.costUsd = plus(parent.costUsd, node.costUsd);
  parent.unpriced += node.unpriced;
}

/** Unknown plus unknown stays unknown. */
function plus(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}
