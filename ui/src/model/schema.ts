/** Arguments against the JSON schema of the tool that was offered: which field is wrong, and what could not be checked. */
import { isObject, shortText, type JsonObject } from './json';

export interface Problem {
  /** The way to the field, such as `items.0.id`; empty for the arguments as a whole. */
  readonly field: string;
  /** The first name of that way. */
  readonly top: string;
  readonly text: string;
}

export interface SchemaCheck {
  readonly problems: readonly Problem[];
  /** Keywords that are not checked here; an expression of a stranger, for one, may take for ever. */
  readonly unchecked: readonly string[];
}

interface Walk {
  readonly root: JsonObject;
  readonly problems: Problem[];
  readonly unchecked: Set<string>;
}

const DEEPEST = 24;
const KNOWN: ReadonlySet<string> = new Set(
  `type enum const properties required additionalProperties items minimum maximum minLength maxLength minItems maxItems
  anyOf oneOf allOf $ref $defs definitions $schema $id title description default examples strict nullable format
  exclusiveMinimum exclusiveMaximum`.split(/\s+/),
);
const REMARKS: ReadonlySet<string> = new Set(['format']);

export function checkArguments(args: unknown, schema: unknown): SchemaCheck {
  const walk: Walk = { root: isObject(schema) ? schema : {}, problems: [], unchecked: new Set() };
  check(args, schema, [], walk);
  return { problems: walk.problems, unchecked: [...walk.unchecked] };
}

function check(value: unknown, given: unknown, path: readonly string[], walk: Walk): void {
  const schema = resolved(given, walk);
  if (!isObject(schema) || path.length > DEEPEST) return;
  for (const name of Object.keys(schema)) {
    if (!KNOWN.has(name) || REMARKS.has(name)) walk.unchecked.add(name);
  }
  if (value === null && schema.nullable === true) return;
  if (!checkType(value, schema, path, walk)) return;
  checkChoice(value, schema, path, walk);
  checkSize(value, schema, path, walk);
  checkInside(value, schema, path, walk);
  checkVariants(value, schema, path, walk);
}

function resolved(schema: unknown, walk: Walk, hops = 0): unknown {
  if (!isObject(schema) || typeof schema.$ref !== 'string') return schema;
  const ways = schema.$ref.startsWith('#/') && hops < 8 ? schema.$ref.slice(2).split('/') : null;
  if (!ways) {
    walk.unchecked.add('$ref');
    return {};
  }
  const target = ways.reduce<unknown>(
    (at, name) => (isObject(at) && Object.hasOwn(at, unescaped(name)) ? at[unescaped(name)] : undefined),
    walk.root,
  );
  if (target === undefined) walk.unchecked.add('$ref');
  return resolved(target, walk, hops + 1);
}

function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

function checkType(value: unknown, { type }: JsonObject, path: readonly string[], walk: Walk): boolean {
  const types = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  if (!types.length || types.some((name) => isOfType(value, name))) return true;
  tell(path, `is ${typeName(value)}, must be ${types.join(' or ')}`, walk);
  return false;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeName(value) === type;
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function checkChoice(value: unknown, schema: JsonObject, path: readonly string[], walk: Walk): void {
  const choices = Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const] : null;
  if (!choices) return;
  const text = JSON.stringify(value);
  if (choices.some((choice) => JSON.stringify(choice) === text)) return;
  tell(path, `must be one of ${shortText(choices)}`, walk);
}

type Limit = readonly [name: string, isBroken: (size: number, limit: number) => boolean, words: string];

const OF_NUMBER: readonly Limit[] = [
  ['minimum', (size, limit) => size < limit, 'at least'],
  ['maximum', (size, limit) => size > limit, 'at most'],
  ['exclusiveMinimum', (size, limit) => size <= limit, 'more than'],
  ['exclusiveMaximum', (size, limit) => size >= limit, 'less than'],
];
const OF_TEXT: readonly Limit[] = [
  ['minLength', (size, limit) => size < limit, 'characters, at least'],
  ['maxLength', (size, limit) => size > limit, 'characters, at most'],
];
const OF_LIST: readonly Limit[] = [
  ['minItems', (size, limit) => size < limit, 'values, at least'],
  ['maxItems', (size, limit) => size > limit, 'values, at most'],
];

function checkSize(value: unknown, schema: JsonObject, path: readonly string[], walk: Walk): void {
  const limits = typeof value === 'number' ? OF_NUMBER : typeof value === 'string' ? OF_TEXT : OF_LIST;
  const size =
    typeof value === 'number'
      ? value
      : typeof value === 'string'
        ? [...value].length
        : Array.isArray(value)
          ? value.length
          : null;
  if (size === null) return;
  for (const [name, isBroken, words] of limits) {
    const limit = schema[name];
    if (typeof limit === 'number' && isBroken(size, limit)) tell(path, `must be ${words} ${limit}`, walk);
  }
}

function checkInside(value: unknown, schema: JsonObject, path: readonly string[], walk: Walk): void {
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => check(item, schema.items, [...path, String(index)], walk));
  } else if (isObject(value)) checkFields(value, schema, path, walk);
}

function checkFields(value: JsonObject, schema: JsonObject, path: readonly string[], walk: Walk): void {
  const known = isObject(schema.properties) ? schema.properties : {};
  for (const name of Array.isArray(schema.required) ? schema.required : []) {
    if (typeof name === 'string' && !Object.hasOwn(value, name)) {
      tell([...path, name], 'is required and missing', walk);
    }
  }
  for (const [name, inner] of Object.entries(value)) {
    if (Object.hasOwn(known, name)) check(inner, known[name], [...path, name], walk);
    else if (schema.additionalProperties === false) tell([...path, name], 'is not in the schema', walk);
    else check(inner, schema.additionalProperties, [...path, name], walk);
  }
}

function checkVariants(value: unknown, schema: JsonObject, path: readonly string[], walk: Walk): void {
  for (const part of Array.isArray(schema.allOf) ? schema.allOf : []) check(value, part, path, walk);
  for (const name of ['anyOf', 'oneOf'] as const) {
    const variants: unknown = schema[name];
    if (!Array.isArray(variants) || !variants.length) continue;
    const tried = variants.map((variant: unknown) => {
      const inner: Walk = { root: walk.root, problems: [], unchecked: walk.unchecked };
      check(value, variant, path, inner);
      return inner.problems;
    });
    if (tried.every((problems) => problems.length)) tell(path, `fits none of ${tried.length} forms`, walk);
  }
}

function tell(path: readonly string[], text: string, walk: Walk): void {
  walk.problems.push({ field: path.join('.'), top: path[0] ?? '', text });
}
