/** Which tool step carried out a call that a model chose, and which model calls stand around a tool step or a hand-off. */
import type { Step } from '../api/types';
import type { Part } from './messages';
import type { Tree } from './tree';

/** The calls before the next turn of the same agent that bear the tool's name, taken in order. */
export function stepOfCall(
  tree: Tree,
  caller: Step,
  calls: readonly Part[],
  index: number,
): Step | undefined {
  const call = calls[index];
  if (call?.kind !== 'call') return undefined;
  const earlier = calls.slice(0, index).filter((other) => other.kind === 'call' && other.name === call.name);
  return turnSteps(tree, caller).filter((step) => step.tool_name === call.name)[earlier.length];
}

/** The steps whose results a model call was sent: the last calls of each tool before it, in order. */
export function stepsOfResults(tree: Tree, reader: Step, results: readonly Part[]): ReadonlyMap<Part, Step> {
  const steps = new Map<Part, Step>();
  const before = inTime(tree).filter((step) => step.number < reader.number && sameTurn(tree, step, reader));
  for (const name of new Set(results.map((part) => part.kind === 'result' && part.name))) {
    const told = results.filter((part) => part.kind === 'result' && part.name === name);
    const called = before.filter((step) => name && step.tool_name === name).slice(-told.length);
    // Without as many steps as results nobody can say which belongs to which.
    if (called.length === told.length) told.forEach((part, index) => steps.set(part, called[index]!));
  }
  return steps;
}

/** The model call whose turn a tool step belongs to. */
export function callerOf(tree: Tree, tool: Step): Step | undefined {
  const before = inTime(tree).filter((step) => step.number < tool.number && sameTurn(tree, step, tool));
  return before.filter((step) => step.kind === 'llm').at(-1);
}

/** The model call after a tool step in the same conversation: the first that could have been told its result. */
export function readerOf(tree: Tree, tool: Step): Step | undefined {
  return inTime(tree).find(
    (step) => step.kind === 'llm' && step.number > tool.number && sameTurn(tree, step, tool),
  );
}

/** The first model call after a hand-off by the agent that it names, alone or at the end of words. */
export function receiverOf(tree: Tree, handoff: Step): Step | undefined {
  const isNamed = (agent: string) => agent !== '' && ` ${handoff.name}`.endsWith(` ${agent}`);
  const after = inTime(tree).filter((step) => step.kind === 'llm' && step.number > handoff.number);
  return after.find((step) => isNamed(agentOf(tree, step)));
}

function agentOf(tree: Tree, step: Step): string {
  return step.agent ?? tree.byId.get(agentStepOf(tree, step) ?? '')?.step.name ?? '';
}

function turnSteps(tree: Tree, caller: Step): Step[] {
  const after = inTime(tree).filter((step) => step.number > caller.number);
  const next = after.find((step) => step.kind === 'llm' && sameTurn(tree, step, caller));
  const end = next?.number ?? Infinity;
  return after.filter((step) => step.number < end && step.tool_name !== null && sameTurn(tree, step, caller));
}

/** Steps of one agent: under the same agent step, whatever framework steps lie between. */
function sameTurn(tree: Tree, a: Step, b: Step): boolean {
  return agentStepOf(tree, a) === agentStepOf(tree, b);
}

function agentStepOf(tree: Tree, step: Step): string | null {
  let node = tree.byId.get(step.id)?.parent;
  while (node && node.parent && node.step.kind !== 'agent') node = node.parent;
  return node?.step.id ?? null;
}

function inTime(tree: Tree): Step[] {
  return tree.order.map((node) => node.step).sort((a, b) => a.number - b.number);
}
