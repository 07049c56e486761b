/** The agents of a run: which steps each did, and what they took. */
import type { Step } from '../api/types';
import type { Node, Tree } from './tree';

export interface AgentUse {
  readonly name: string;
  /** Its steps in order of start, framework steps left out. */
  readonly nodes: readonly Node[];
  /** The agent that it was started by; null for the outermost. */
  readonly from: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly llmCalls: number;
  /** Null where no call has told. */
  readonly tokens: number | null;
  readonly costUsd: number | null;
  /** Calls without a known price: the cost is a lower bound. */
  readonly unpriced: number;
  /** How often each tool was called. */
  readonly tools: ReadonlyMap<string, number>;
  /** Steps that failed, agents of its own not counted. */
  readonly failures: number;
}

/** Steps of no agent, such as those of a workflow without one. */
export const NO_AGENT = 'No agent';

/** The agents in order of their first step; two of one name count as one. */
export function agentsOf(tree: Tree): AgentUse[] {
  const byName = new Map<string, Node[]>();
  const names = namesOf(tree);
  for (const node of [...tree.order].sort((a, b) => a.step.number - b.step.number)) {
    if (node.step.framework) continue;
    const name = names.get(node) ?? NO_AGENT;
    const nodes = byName.get(name);
    if (nodes) nodes.push(node);
    else byName.set(name, [node]);
  }
  return [...byName].map(([name, nodes]) => useOf(name, nodes, names));
}

/** Names of agents that work while another works which the same agent started before them. */
export function besideOthers(agents: readonly AgentUse[]): ReadonlySet<string> {
  const beside = agents.filter(({ from, startMs }, i) =>
    agents.slice(0, i).some((other) => from !== null && other.from === from && other.endMs > startMs),
  );
  return new Set(beside.map(({ name }) => name));
}

/** The agent of every step: its own, else that of the step that encloses it. */
export function namesOf(tree: Tree): ReadonlyMap<Node, string> {
  const names = new Map<Node, string>();
  for (const node of tree.order) {
    const own = node.step.agent ?? (node.step.kind === 'agent' ? node.step.name : null);
    const name = own ?? (node.parent ? names.get(node.parent) : undefined);
    if (name !== undefined) names.set(node, name);
  }
  return names;
}

function useOf(name: string, nodes: readonly Node[], names: ReadonlyMap<Node, string>): AgentUse {
  const counted = nodes.filter(({ step }) => step.counted);
  const tools = new Map<string, number>();
  for (const { step } of nodes) {
    if (step.tool_name) tools.set(step.tool_name, (tools.get(step.tool_name) ?? 0) + 1);
  }
  return {
    name,
    nodes,
    from: starterOf(name, nodes, names),
    startMs: nodes[0]!.step.offset_ms,
    endMs: nodes.reduce((end, { step }) => Math.max(end, step.offset_ms + (step.duration_ms ?? 0)), 0),
    llmCalls: nodes.filter(({ step }) => step.kind === 'llm').length,
    tokens: sum(counted.flatMap(({ step: { tokens } }) => [tokens.input ?? null, tokens.output ?? null])),
    costUsd: sum(counted.map(({ step }) => step.cost_usd)),
    unpriced: counted.filter(({ step }) => step.cost_usd === null).length,
    tools,
    failures: nodes.filter(({ step }) => step.status === 'failed' && step.kind !== 'agent').length,
  };
}

function starterOf(name: string, nodes: readonly Node[], names: ReadonlyMap<Node, string>): string | null {
  for (let up = nodes[0]?.parent; up; up = up.parent) {
    const above = names.get(up);
    if (above !== undefined && above !== name) return above;
  }
  return null;
}

/** Unknown where nothing is known, and else of what is known. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((total, value) => total + value, 0) : null;
}

/** Whose step it is, and in which turn: how often a model had been asked by then. Nothing of what no agent encloses. */
export function placeOf(tree: Tree, step: Step): { readonly agent: string; readonly turn: number } | null {
  const own = tree.byId.get(step.id)?.parent;
  const around = enclosing(own);
  if (!around) return null;
  let turn = 0;
  for (const node of tree.order) {
    if (node.step.kind !== 'llm' || node.step.number > step.number) continue;
    if (enclosing(node.parent) === around) turn++;
  }
  return { agent: around.step.agent ?? around.step.name, turn };
}

function enclosing(node: Node | null | undefined): Node | null {
  let up = node ?? null;
  while (up && up.step.kind !== 'agent') up = up.parent;
  return up;
}
