/** A tool as it was offered to a model, with its arguments in one line, as `city: string, days?: integer = 3`. */
import { isObject, type JsonObject } from './json';

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
