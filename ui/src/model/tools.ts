/** A tool as it was offered to a model, with its arguments in one line, as `city: string, days?: integer = 3`. */
import { isObject } from './json';

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
