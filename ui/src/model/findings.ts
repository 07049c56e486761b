/** Findings: the words for their classes, which step has which, and the way from one to the next. */
import type { Finding, RunFindings, Step } from '../api/types';
import { cost, count, duration } from './format';

export type FindingClass = Finding['finding_class'];

const CLASS_WORDS: Readonly<Record<FindingClass, string>> = {
  error: 'Error',
  loop: 'Loop',
  stall: 'Stall',
  not_seen: 'Not seen',
  no_source: 'No source',
  ignored: 'Ignored',
  contradicted: 'Contradicted',
  schema: 'Schema',
  tool_name: 'Tool name',
  tool_choice: 'Tool choice',
  cut_off: 'Cut off',
  interrupted: 'Interrupted',
  slow: 'Slow',
  cost: 'Cost',
  repeated: 'Repeated',
  empty_result: 'Empty result',
  handoff: 'Hand-off',
  injection: 'Injection',
  orphan: 'Orphan',
  dropped: 'Dropped',
};

export const SEVERITY_WORDS: Readonly<Record<Finding['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

export function classWord({ finding_class }: Finding): string {
  return CLASS_WORDS[finding_class];
}

export const CLASSES: readonly string[] = Object.keys(CLASS_WORDS);

export function isClass(text: string): text is FindingClass {
  return Object.hasOwn(CLASS_WORDS, text);
}

/** The words for a class that a text names. */
export function wordOfClass(text: string): string {
  return isClass(text) ? CLASS_WORDS[text] : text;
}

/** A process that ended is no error of the run: what it was doing may have been right. */
export function toneOf({ severity, finding_class }: Finding): 'err' | 'warn' | 'quiet' {
  if (finding_class === 'interrupted') return 'warn';
  return severity === 'error' ? 'err' : severity === 'warning' ? 'warn' : 'quiet';
}

/** What a finding says, where the number of its step stands beside it. */
export function besideStep(sentence: string, step: number | undefined): string {
  const start = `Step ${step}`;
  if (!sentence.startsWith(start)) return sentence;
  const rest = sentence.slice(start.length);
  const subject = /^, (`[^`]*`|\*\*.+?\*\*|[^,:`]+)(, |: )/.exec(rest);
  if (subject) return `${subject[1]}${subject[2] === ', ' ? ' ' : ': '}${rest.slice(subject[0].length)}`;
  const verb = /^ (\w)/.exec(rest);
  return verb ? `${verb[1]!.toUpperCase()}${rest.slice(verb[0].length)}` : sentence;
}

/** The same on the step itself, which shows the message of its error below. */
export function onStep(sentence: string, { number, error_message: message }: Step): string {
  const said = besideStep(sentence, number);
  const at = message ? said.indexOf(`: ${message}`) : -1;
  if (!message || at < 0) return said;
  const before = said.slice(0, at).replace(/: [\w.]+$/, '');
  return before.includes(' ') ? `${before}${said.slice(at + 2 + message.length)}` : said;
}

export interface Proof {
  readonly role: string;
  readonly quote: string | null;
  readonly steps: readonly { readonly id: string; readonly number: number }[];
}

/** The places a finding rests on; those in a row that are the same to it are one. */
export function proofsOf({ evidence }: Finding): Proof[] {
  const proofs: (Proof & { steps: Proof['steps'][number][] })[] = [];
  for (const { role, quote, step_id: id, step_number: number } of evidence) {
    const last = proofs.at(-1);
    if (last?.role !== role || last.quote !== quote) proofs.push({ role, quote, steps: [{ id, number }] });
    else if (!last.steps.some((step) => step.id === id)) last.steps.push({ id, number });
  }
  return proofs;
}

/** The places that a step which is shown does not show itself: other steps, and what its own sentence does not say. */
export function proofsBeside(finding: Finding, stepId: string): Proof[] {
  return proofsOf(finding)
    .filter(
      ({ steps, quote }) => steps.some(({ id }) => id !== stepId) || (quote && !isShown(finding, quote)),
    )
    .map((proof) => withoutSaid(finding, proof))
    .map((proof) => ({ ...proof, steps: proof.steps.filter(({ id }) => id !== stepId) }));
}

/** A place without the quote that the finding's sentence has, but for one of several that tell of the same. */
export function withoutSaid(finding: Finding, proof: Proof): Proof {
  const isOne = finding.evidence.every(({ role, quote }) => role !== proof.role || quote === proof.quote);
  return isOne && proof.quote && saysQuote(finding, proof.quote) ? { ...proof, quote: null } : proof;
}

/** Arguments and errors have their own place in the panel; a sentence says what it quotes. */
function isShown(finding: Finding, quote: string): boolean {
  return ['error', 'loop', 'schema'].includes(finding.finding_class) || saysQuote(finding, quote);
}

function saysQuote({ sentence }: Finding, quote: string): boolean {
  return sentence.includes(quote.replace(/…$/, ''));
}

/** Of results that a model call was given in part: what was found, by the step of the result. */
export function cutsFor(found: RunFindings | null, stepId: string): ReadonlyMap<string, Finding> {
  const cuts = (found?.findings ?? []).filter(
    ({ finding_class, evidence }) =>
      finding_class === 'not_seen' && evidence.some(({ step_id }) => step_id === stepId),
  );
  return new Map(cuts.map((finding) => [finding.step_id, finding]));
}

/** What the steps of a finding took in vain, in words; nothing where nobody knows. */
export function wasteOf(finding: Finding): string | null {
  const { wasted_tokens: tokens, wasted_cost_usd: usd, wasted_ms: ms } = finding;
  const parts = [
    ...(tokens === null ? [] : [`${count(tokens)} tokens`]),
    ...(usd === null ? [] : [cost(usd)]),
    ...(ms === null ? [] : [duration(ms)]),
  ];
  return parts.length ? `Wasted: ${parts.join(', ')}` : null;
}

/** The findings of each step, the first the likeliest; a finding belongs to the step where to look first. */
export function byStep(found: RunFindings | null): ReadonlyMap<string, readonly Finding[]> {
  const steps = new Map<string, Finding[]>();
  for (const finding of found?.findings ?? []) {
    steps.set(finding.step_id, [...(steps.get(finding.step_id) ?? []), finding]);
  }
  return steps;
}

/** The step of the next finding in the order of their numbers; around the end it starts again. */
export function nextFinding(
  found: RunFindings | null,
  stepId: string | null,
  direction: 1 | -1,
): string | undefined {
  const steps = [...new Set(found?.findings.map((finding) => finding.step_id))];
  const here = stepId === null ? -1 : steps.indexOf(stepId);
  if (here < 0) return direction > 0 ? steps[0] : steps.at(-1);
  return steps[(here + direction + steps.length) % steps.length];
}

export function isSuspect(found: RunFindings | null, finding: Finding): boolean {
  return found?.first_suspect?.finding_id === finding.id;
}
