/** A tool as it was offered to a model, with its arguments in one line, as `city: string, days?: integer = 3`. */
import type { Content, StepContext } from '../api/types';
import { isObject, type JsonObject } from './json';
import { conversationOf } from './messages';
import { checkArguments } from './schema';

export interface OfferedTool {
  readonly name: string;
  readonly description: string | null;
  readonly signature: string;
  readonly raw: unknown;
}

export function readTool(raw: unknown): OfferedTool {
  const outer = isObject(raw) ? raw : {};
  const tool = isObject(outer.function) ? outer.function : outer;
  const schema = tool.parameters ?? tool.input_schema ?? tool.inputSchema;
  return {
    name: typeof tool.name === 'string' ? tool.name : 'unnamed',
    description: typeof tool.description === 'string' ? tool.description : null,
    signature: signatureOf(schema),
    raw,
  };
}

/** How many tokens each definition takes: its share of what all take, by characters; null where that is unknown. */
export function definitionTokens(tools: readonly unknown[], context: StepContext | null): (number | null)[] {
  const all = context?.shares.find(({ part }) => part === 'tools')?.tokens ?? null;
  const characters = tools.map((tool) => JSON.stringify(tool).length);
  const sum = characters.reduce((total, length) => total + length, 0);
  return characters.map((length) => (all === null || !sum ? null : Math.round((all * length) / sum)));
}

/** In what way the calls that a model chose do not fit the schemas that it was offered, by the name of the tool. */
export function misfitsOf(content: Content): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const part of conversationOf(content).output.flatMap(({ parts }) => parts)) {
    const schema = part.kind === 'call' && offeredSchema(content.tool_definitions ?? [], part.name);
    if (part.kind !== 'call' || !schema) continue;
    const texts = checkArguments(part.args, schema).problems.map(({ field, text }) =>
      `${field} ${text}`.trim(),
    );
    if (texts.length) found.set(part.name, [...(found.get(part.name) ?? []), ...texts]);
  }
  return found;
}

/** The schema of a tool's arguments among these definitions, whichever vendor's form they have; null for none. */
export function offeredSchema(definitions: readonly unknown[], name: string | null): JsonObject | null {
  for (const raw of definitions) {
    const outer = isObject(raw) ? raw : {};
    const declared = outer.functionDeclarations ?? outer.function_declarations;
    const inner = Array.isArray(declared) ? offeredSchema(declared, name) : null;
    if (inner) return inner;
    const tool = [outer.function, outer.toolSpec].find(isObject) ?? outer;
    if (tool.name !== name) continue;
    const schema = tool.parameters ?? tool.input_schema ?? tool.inputSchema ?? tool.schema;
    const nested = isObject(schema) && isObject(schema.json) ? schema.json : schema;
    return isObject(nested) ? nested : null;
  }
  return null;
}

function signatureOf(schema: unknown): string {
  if (!isObject(schema) || !isObject(schema.properties)) return '';
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties)
    .map(([name, property]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(property)}`)
    .join(', ');
}

function typeOf(property: unknown): string {
  if (!isObject(property)) return 'any';
  const type = Array.isArray(property.enum)
    ? `enum(${property.enum.length})`
    : Array.isArray(property.type)
      ? property.type.join(' | ')
      : typeof property.type === 'string'
        ? property.type
        : 'any';
  return property.default === undefined ? type : `${type} = ${JSON.stringify(property.default)}`;
}
