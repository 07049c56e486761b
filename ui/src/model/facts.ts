/** The facts above a step's content: what to say about each kind, and how to say that something is unknown. */
import type { Step, StepDetail } from '../api/types';
import { cost, costOf, count, duration, UNKNOWN, whole } from './format';
import { callerOf } from './pairing';
import type { Tree } from './tree';
import { writingOf } from './writing';

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly title?: string;
  /** Set in the monospace face. */
  readonly code?: boolean;
  readonly tone?: 'run' | 'warn' | 'quiet';
  /** The step that the fact is about. */
  readonly step?: Step;
}

export function factsOf(detail: StepDetail, tree: Tree, growthMs = 0): Fact[] {
  const { kind, tool_name } = detail.step;
  const modelCall = kind === 'llm' || kind === 'embedding';
  const own = modelCall
    ? modelFacts(detail)
    : tool_name
      ? toolFacts(detail, tree)
      : branchFacts(detail, tree);
  return [timeFact(detail.step, growthMs), ...own];
}

function timeFact(step: Step, growthMs: number): Fact {
  const ms = step.duration_ms;
  if (ms === null) {
    return {
      label: 'Time',
      value: 'an instant',
      title: 'Recorded as one instant, without a duration.',
      tone: 'quiet',
    };
  }
  if (step.status === 'running') return { label: 'Open for', value: duration(ms + growthMs), tone: 'run' };
  if (step.status === 'interrupted') return { label: 'Open at least', value: duration(ms), tone: 'warn' };
  return { label: 'Time', value: duration(ms) };
}

function modelFacts(detail: StepDetail): Fact[] {
  const { step, content } = detail;
  const { tokens } = step;
  const open = step.status === 'running';
  const first = fact('First token', duration(content.first_token_ms));
  const sent = [
    fact('Input', count(tokens.input), exact(tokens.input)),
    fact('Cached', count(tokens.cached_input), exact(tokens.cached_input)),
  ];
  if (open) return [first, ...soFar(detail), ...sent, ...writingFacts(detail)];
  return [
    first,
    fact(
      'Cost',
      cost(step.cost_usd),
      step.cost_usd === null ? 'No price is known for this call.' : undefined,
    ),
    fact('Finish', content.finish_reason ?? UNKNOWN),
    ...sent,
    fact('Output', count(tokens.output), exact(tokens.output)),
    fact('Reasoning', count(tokens.reasoning), exact(tokens.reasoning)),
  ];
}

function soFar({ step, content }: StepDetail): Fact[] {
  return [
    step.cost_usd === null ? fact('Cost', 'not yet') : fact('Cost so far', cost(step.cost_usd)),
    fact('Finish', content.finish_reason ?? 'not yet'),
  ];
}

/** How much the model has said and how fast, where that is told before the call has ended. */
function writingFacts(detail: StepDetail): Fact[] {
  const writing = writingOf(detail);
  if (!writing) {
    const title = 'Nothing of the answer is recorded yet; most libraries tell it once the call has ended.';
    return [fact('Output so far', 'not yet', title), fact('Speed', 'not yet', title)];
  }
  const about = writing.isCounted ? '' : '≈ ';
  const title = writing.isCounted
    ? 'Tokens, as the provider counts them.'
    : 'Tokens, estimated from the characters.';
  const speed = writing.perSecond;
  return [
    fact('Output so far', about + count(writing.tokens), title),
    fact(
      'Speed',
      speed === null ? UNKNOWN : `${about}${speed < 10 ? speed.toFixed(1) : Math.round(speed)} tok/s`,
      title,
    ),
  ];
}

function toolFacts({ step, content }: StepDetail, tree: Tree): Fact[] {
  const caller = callerOf(tree, step);
  return [
    started(step),
    caller
      ? { label: 'Chosen by', value: `step ${caller.number}`, step: caller }
      : fact('Chosen by', UNKNOWN, 'No model call before it belongs to the same agent.'),
    content.tool_call_id
      ? { label: 'Call id', value: content.tool_call_id, code: true }
      : fact('Call id', UNKNOWN, 'No call id was recorded.'),
  ];
}

function branchFacts({ step }: StepDetail, tree: Tree): Fact[] {
  const node = tree.byId.get(step.id);
  if (!node?.children.length) return [started(step)];
  return [
    started(step),
    fact('Steps inside', whole(node.inside)),
    fact('Errors inside', whole(node.failuresInside)),
    ...(node.tokens === null ? [] : [fact('Tokens', count(node.tokens), exact(node.tokens))]),
    ...(node.costUsd === null && !node.unpriced ? [] : [fact('Cost', costOf(node.costUsd, node.unpriced))]),
  ];
}

function started(step: Step): Fact {
  return step.offset_ms < 1
    ? fact('Started', 'at the start')
    : fact('Started after', duration(step.offset_ms));
}

function exact(n: number | null | undefined): string | undefined {
  return n === null || n === undefined ? 'Not recorded.' : whole(n);
}

function fact(label: string, value: string, title?: string): Fact {
  const tone = value === UNKNOWN || value === 'not yet' ? ('quiet' as const) : undefined;
  return { label, value, ...(title ? { title } : {}), ...(tone ? { tone } : {}) };
}
