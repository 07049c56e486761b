/** A step, or what rules found, as a short Markdown text for an issue or a coding agent: words with the ids behind them. */
import type { Finding, Run, RunFindings, StepDetail } from '../api/types';
import { memoryValue } from './memory';
import { classWord, isSuspect, proofsOf, SEVERITY_WORDS, wasteOf } from './findings';
import { duration } from './format';
import { jsonText } from './json';
import { conversationOf, type Message } from './messages';

/** Longer contents are cut: what was found stands above them. */
const MOST = 1500;

export function evidenceOfRun(run: Run, found: RunFindings): string {
  const lines = [`# ${run.name}: ${found.headline ?? run.outcome}`, '', ...aboutRun(run), ''];
  for (const finding of found.findings) lines.push(...findingLines(found, finding), '');
  if (found.ledger.length) {
    lines.push(
      '## What was lost',
      '',
      ...found.ledger.map(({ kind, sentence }) => `- ${kind}: ${sentence}`),
      '',
    );
  }
  return lines.join('\n');
}

export function evidenceOfFinding(run: Run, found: RunFindings, finding: Finding): string {
  return [...findingLines(found, finding), '', ...aboutRun(run), ''].join('\n');
}

export function evidenceOfStep(run: Run, detail: StepDetail, found: RunFindings | null): string {
  const { step, error } = detail;
  const findings = found?.findings.filter(({ step_id }) => step_id === step.id) ?? [];
  const took = step.duration_ms === null ? 'as one instant' : `for ${duration(step.duration_ms)}`;
  const lines = [
    `## Step ${step.number}: ${step.sentence}`,
    '',
    ...aboutRun(run),
    `- Step \`${step.id}\`: ${step.kind}, ${step.status}, at ${duration(step.offset_ms)} ${took}`,
    ...findings.map((finding) => `- Finding ${finding.number}, ${classWord(finding)}: ${finding.sentence}`),
  ];
  if (error)
    lines.push(
      '',
      '### Error',
      '',
      fenced([error.type, error.message, error.stack_trace].filter(Boolean).join('\n')),
    );
  for (const [title, value] of contentsOf(detail))
    lines.push('', `### ${title}`, '', fenced(jsonText(value)));
  return `${lines.join('\n')}\n`;
}

/** About as many tokens as a model would count. */
export function tokensOf(text: string): number {
  return Math.round(text.length / 4);
}

function aboutRun(run: Run): string[] {
  return [`- Run \`${run.id}\`: ${run.name}, ${run.status}, ${new Date(run.started_at).toISOString()}`];
}

function findingLines(found: RunFindings, finding: Finding): string[] {
  const suspect = isSuspect(found, finding) ? ', first suspect' : '';
  const waste = wasteOf(finding);
  return [
    `## ${finding.number}. ${classWord(finding)} (${SEVERITY_WORDS[finding.severity]}${suspect})`,
    '',
    `${finding.sentence} [\`${finding.id}\`]`,
    '',
    ...proofsOf(finding).map(({ steps, role, quote }) => {
      const places = steps.map(({ id, number }) => `step ${number} \`${id}\``).join(', ');
      return `- ${places}: ${role}${quote ? `: ${quoted(quote)}` : ''}`;
    }),
    ...(waste ? [`- ${waste}`] : []),
  ];
}

function contentsOf(detail: StepDetail): [string, unknown][] {
  const { content, step } = detail;
  if (step.kind === 'memory') return [['Value', memoryValue(detail)]];
  const { input, output } = conversationOf(content);
  const found: [string, unknown][] = [
    ['Arguments', content.tool_arguments],
    ['Input', content.input_value],
    ['Last message sent', input.at(-1) && said(input.at(-1)!)],
    ['Result', content.tool_result],
    ['Output', content.output_value],
    ['Answer', output.length ? output.map(said).join('\n') : null],
  ];
  return found.filter(([, value]) => value !== null && value !== undefined && value !== '');
}

function said({ role, parts }: Message): string {
  const words = parts.map((part) =>
    part.kind === 'text' || part.kind === 'reasoning'
      ? part.text
      : part.kind === 'call'
        ? `${part.name}(${jsonText(part.args)})`
        : jsonText(part.value),
  );
  return `${role}: ${words.join('\n')}`;
}

/** A fence that no text inside can close. */
function fenced(text: string): string {
  const shown = text.length > MOST ? `${text.slice(0, MOST)}\n… ${text.length - MOST} more characters` : text;
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${shown}\n${fence}`;
}

function quoted(text: string): string {
  return `“${text.replaceAll('\n', ' ')}”`;
}
