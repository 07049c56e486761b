/** Messages in the form of the OpenTelemetry GenAI conventions, made ready for showing; odd ones are kept as they are. */
import type { Content } from '../api/types';
import { isObject, jsonText } from './json';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string | null; readonly name: string; readonly args: unknown }
  | {
      readonly kind: 'result';
      readonly id: string | null;
      readonly name: string | null;
      readonly value: unknown;
    }
  | { readonly kind: 'other'; readonly type: string; readonly value: unknown };

export interface Message {
  readonly role: string;
  readonly direction: 'system' | 'input' | 'output';
  readonly parts: readonly Part[];
  /** What makes two messages the same, whatever else was recorded with them. */
  readonly identity: string;
}

export interface Conversation {
  readonly system: readonly Message[];
  readonly input: readonly Message[];
  readonly output: readonly Message[];
}

export function conversationOf(content: Content): Conversation {
  const names = new Map<string, string>();
  const input = (content.input_messages ?? []).map((raw) => readMessage(raw, 'input', names));
  const output = (content.output_messages ?? []).map((raw) => readMessage(raw, 'output', names));
  return { system: systemOf(content, names), input, output };
}

export function isEmpty(conversation: Conversation): boolean {
  return !conversation.system.length && !conversation.input.length && !conversation.output.length;
}

/** One message by itself, such as one that a call no longer has. */
export function messageOf(raw: unknown): Message {
  return readMessage(raw, 'input', new Map());
}

export function roleName(role: string): string {
  return role.slice(0, 1).toUpperCase() + role.slice(1);
}

function systemOf(content: Content, names: Map<string, string>): Message[] {
  const parts = content.system_instructions ?? [];
  return parts.length ? [readMessage({ role: 'system', parts }, 'system', names)] : [];
}

function readMessage(raw: unknown, direction: Message['direction'], names: Map<string, string>): Message {
  if (!isObject(raw)) return plainMessage(raw, direction);
  const role = text(raw.role) ?? (direction === 'output' ? 'assistant' : 'user');
  const rawParts = Array.isArray(raw.parts) ? raw.parts : contentParts(raw);
  const parts = rawParts.map((part: unknown) => readPart(part, names));
  return { role, direction, parts, identity: JSON.stringify([role, rawParts]) };
}

function plainMessage(raw: unknown, direction: Message['direction']): Message {
  const parts: Part[] = [{ kind: 'text', text: jsonText(raw) }];
  return {
    role: direction === 'output' ? 'assistant' : 'user',
    direction,
    parts,
    identity: JSON.stringify(raw),
  };
}

/** A message without parts, as older recorders wrote it: its content, or else the whole of it. */
function contentParts(raw: Readonly<Record<string, unknown>>): unknown[] {
  if (Array.isArray(raw.content)) return raw.content;
  return raw.content === undefined ? [raw] : [{ type: 'text', content: raw.content }];
}

function readPart(raw: unknown, names: Map<string, string>): Part {
  if (typeof raw === 'string') return { kind: 'text', text: raw };
  if (!isObject(raw)) return { kind: 'other', type: 'part', value: raw };
  const type = text(raw.type) ?? 'part';
  return PARTS[type]?.(raw, names) ?? { kind: 'other', type, value: raw };
}

type PartReader = (raw: Readonly<Record<string, unknown>>, names: Map<string, string>) => Part | null;

const PARTS: Readonly<Record<string, PartReader>> = {
  text: (raw) => textPart('text', raw),
  reasoning: (raw) => textPart('reasoning', raw),
  tool_call: (raw, names) => {
    const id = text(raw.id);
    const name = text(raw.name) ?? 'a tool';
    if (id) names.set(id, name);
    return { kind: 'call', id, name, args: parsed(raw.arguments) };
  },
  tool_call_response: (raw, names) => {
    const id = text(raw.id);
    const name = text(raw.name) ?? (id ? (names.get(id) ?? null) : null);
    return { kind: 'result', id, name, value: parsed(raw.response ?? raw.result) };
  },
};

function textPart(kind: 'text' | 'reasoning', raw: Readonly<Record<string, unknown>>): Part | null {
  const content = raw.content ?? raw.text;
  return content === undefined ? null : { kind, text: jsonText(content) };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value ? value : null;
}

/** Arguments often arrive as JSON inside a string. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
