/** What a memory key held, as text to be compared. */
import type { StepDetail } from '../api/types';
import { isObject, jsonText } from './json';
import { parsed } from './messages';

/** The value of a memory step, without the record around it that repeats the key. */
export function memoryValue({ step, content }: StepDetail): unknown {
  const value = parsed(content.output_value ?? (step.type === 'memory_write' ? content.input_value : null));
  const [only, ...others] = Array.isArray(value) ? value : [];
  const isRecord = isObject(only) && !others.length && only.id === step.name && 'content' in only;
  return isRecord ? parsed(only.content) : value;
}

export function memoryText(detail: StepDetail): string {
  return jsonText(memoryValue(detail) ?? null);
}
