/** What went into a step and what came out, under the words that fit its kind. */
import type { StepDetail, StepKind } from '../api/types';
import { isObject, type JsonObject } from './json';
import { memoryValue } from './memory';
import { parsed } from './messages';

export interface Block {
  readonly title: string;
  readonly value?: unknown;
  /** Set when the value is a list of named values. */
  readonly values?: JsonObject;
  /** What to say when there is no value. */
  readonly none?: string;
  /** A text for people. */
  readonly prose?: boolean;
}

type Titles = readonly [input: string, output: string];

const TITLES: Partial<Record<StepKind, Titles>> = {
  retrieval: ['Query', 'Passages'],
  embedding: ['Embedded', 'Vectors'],
  handoff: ['Handed over', 'Returned'],
  final: ['Question', 'Answer'],
  guardrail: ['Checked', 'Verdict'],
  task: ['Task', 'Result'],
};

export function blocksOf(detail: StepDetail): Block[] {
  return detail.step.kind === 'tool' || detail.step.tool_name ? toolBlocks(detail) : otherBlocks(detail);
}

function toolBlocks({ step, content }: StepDetail): Block[] {
  const args = parsed(content.tool_arguments ?? content.input_value);
  const result = parsed(content.tool_result ?? content.output_value);
  return [
    isObject(args)
      ? { title: 'Arguments', values: args, none: 'Called without arguments.' }
      : { title: 'Arguments', ...given(args, 'No arguments were recorded.') },
    {
      title: 'Result',
      ...given(result, step.status === 'running' ? 'Not returned yet.' : 'No result was recorded.'),
    },
  ];
}

/** A query that is no more than the key stands in the sentence above already. */
function memoryBlocks(detail: StepDetail): Block[] {
  const { step, content } = detail;
  const value = memoryValue(detail);
  const query = parsed(content.input_value);
  const isTold =
    !isSet(query) || query === step.name || (step.type === 'memory_write' && !isSet(content.output_value));
  return [
    ...(isTold ? [] : [{ title: 'Query', value: query }]),
    {
      title: 'Value',
      ...given(value, detail.step.type === 'memory_write' ? 'No value was recorded.' : 'Nothing was found.'),
    },
  ];
}

function otherBlocks(detail: StepDetail): Block[] {
  const { step, content } = detail;
  if (step.kind === 'memory') return memoryBlocks(detail);
  const [input, output] = TITLES[step.kind] ?? ['Input', 'Output'];
  const blocks: Block[] = [];
  if (isSet(content.input_value)) blocks.push({ title: input, value: parsed(content.input_value) });
  if (isSet(content.output_value)) {
    blocks.push({ title: output, value: parsed(content.output_value), prose: step.kind === 'final' });
  }
  return blocks;
}

function given(value: unknown, none: string): Pick<Block, 'value' | 'none'> {
  return isSet(value) ? { value } : { none };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
