/** A model call as a request that can be sent again: as JSON, for cURL, or for Python. Keys come from the environment. */
import type { StepDetail } from '../api/types';
import { conversationOf, type Message, type Part } from './messages';

export type Form = 'JSON' | 'cURL' | 'Python';

interface Api {
  readonly address: string;
  readonly key: string;
}

const OPENAI: Api = {
  address: 'https://api.openai.com/v1/chat/completions',
  key: 'OPENAI_API_KEY',
};

/** Anthropic answers this form too, at its own address. */
const ANTHROPIC: Api = {
  address: 'https://api.anthropic.com/v1/chat/completions',
  key: 'ANTHROPIC_API_KEY',
};

export function requestText(detail: StepDetail, form: Form): string {
  const body = bodyOf(detail);
  const api = detail.step.provider?.startsWith('anthropic') ? ANTHROPIC : OPENAI;
  if (form === 'JSON') return JSON.stringify(body, null, 2);
  return form === 'cURL' ? curl(api, JSON.stringify(body, null, 2)) : python(api, JSON.stringify(body));
}

function bodyOf({ step, content }: StepDetail): Readonly<Record<string, unknown>> {
  const { system, input } = conversationOf(content);
  const tools = content.tool_definitions ?? [];
  return {
    ...content.parameters,
    model: step.model,
    messages: [...system, ...input].flatMap(messagesOf),
    ...(tools.length ? { tools } : {}),
  };
}

function messagesOf(message: Message): object[] {
  const results = message.parts.filter((part) => part.kind === 'result');
  if (results.length) {
    return results.map((part) => ({ role: 'tool', tool_call_id: part.id, content: textOf(part.value) }));
  }
  const calls = message.parts.flatMap(callOf);
  const words = message.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const content = words.length ? { content: words.join('\n') } : {};
  return [{ role: message.role, ...content, ...(calls.length ? { tool_calls: calls } : {}) }];
}

function callOf(part: Part): object[] {
  if (part.kind !== 'call') return [];
  return [{ id: part.id, type: 'function', function: { name: part.name, arguments: textOf(part.args) } }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function curl(api: Api, body: string): string {
  return [
    `curl ${api.address}`,
    `  -H "Authorization: Bearer $${api.key}"`,
    `  -H 'Content-Type: application/json'`,
    `  --data-raw ${quoted(body)}`,
  ].join(' \\\n');
}

/** In single quotes a shell reads nothing but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function python(api: Api, body: string): string {
  return `import json
import os
import urllib.request

body = json.loads(${JSON.stringify(body)})
request = urllib.request.Request(
    "${api.address}",
    data=json.dumps(body).encode(),
    headers={"Authorization": "Bearer " + os.environ["${api.key}"], "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as answer:
    print(json.dumps(json.load(answer), indent=2))
`;
}
