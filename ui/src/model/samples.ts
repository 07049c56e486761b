/** Runs and steps for tests, with everything that a test does not care about filled in. */
import type { Finding, Run, RunFindings, Step, StepDetail } from '../api/types';

export const SAMPLE_START = Date.UTC(2026, 10, 22, 9, 0, 0);

export function sampleStep(number: number, given: Partial<Step> = {}): Step {
  const offset = given.offset_ms ?? number * 100;
  return {
    id: `s${number}`,
    run_id: 'run',
    parent_event_id: number === 1 ? null : 's1',
    number,
    type: 'custom',
    kind: number === 1 ? 'agent' : 'tool',
    name: `step ${number}`,
    sentence: `Step ${number} happened`,
    status: 'completed',
    timestamp: SAMPLE_START + offset,
    offset_ms: offset,
    duration_ms: 50,
    agent: null,
    model: null,
    provider: null,
    tool_name: null,
    tokens: {},
    counted: false,
    cost_usd: null,
    error_type: null,
    error_message: null,
    framework: given.kind === 'framework',
    ...given,
  };
}

export function sampleModelCall(number: number, given: Partial<Step> = {}): Step {
  return sampleStep(number, {
    kind: 'llm',
    type: 'llm_call',
    model: 'gpt-4o',
    counted: true,
    tokens: { input: 100, output: 20 },
    cost_usd: 0.01,
    ...given,
  });
}

export function sampleDetail(step: Step, content: StepDetail['content'] = {}): StepDetail {
  return {
    step,
    content,
    error: null,
    redactions: {},
    attributes: {},
    resource: {},
    events: [],
    links: [],
    scope: 'sample',
    span_name: step.name,
    dropped_attributes: 0,
  };
}

export function sampleRun(id: string, given: Partial<Run> = {}): Run {
  return {
    id,
    name: 'support-desk',
    status: 'completed',
    started_at: SAMPLE_START,
    completed_at: SAMPLE_START + 1000,
    duration_ms: 1000,
    outcome: 'Answered the question',
    root_step_id: 's1',
    agent_type: null,
    user_id: null,
    session_id: null,
    metadata: {},
    created_at: SAMPLE_START,
    step_count: 1,
    llm_calls: 0,
    tool_calls: 0,
    error_count: 0,
    tokens: {},
    cost_usd: null,
    models: [],
    agents: [],
    tools: [],
    dropped_spans: 0,
    input_preview: null,
    output_preview: null,
    ...given,
  };
}

export function sampleFinding(number: number, step_id: string, given: Partial<Finding> = {}): Finding {
  return {
    id: `error-${number}`,
    number,
    finding_class: 'error',
    severity: 'error',
    step_id,
    sentence: 'It failed.',
    evidence: [],
    wasted_tokens: null,
    wasted_cost_usd: null,
    wasted_ms: null,
    ...given,
  };
}

export function sampleFindings(...findings: Finding[]): RunFindings {
  return {
    run_id: 'r',
    headline: null,
    findings,
    first_suspect: null,
    candidates: [],
    ledger: [],
    steps_read: 3,
    complete: true,
  };
}
