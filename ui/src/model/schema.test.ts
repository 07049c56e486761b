import { describe, expect, it } from 'vitest';
import { checkArguments } from './schema';

const schema = {
  type: 'object',
  properties: {
    charge: { type: 'string', minLength: 3 },
    cents: { type: 'integer', minimum: 1 },
    reason: { enum: ['duplicate', 'fraud'] },
    lines: { type: 'array', items: { $ref: '#/$defs/line' } },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    code: { type: 'string', pattern: '(a+)+$' },
  },
  required: ['charge'],
  additionalProperties: false,
  $defs: { line: { type: 'object', required: ['id'] } },
};
const problems = (args: unknown) =>
  checkArguments(args, schema).problems.map(({ field, text }) => `${field} ${text}`);

describe('arguments', () => {
  it('that fit have no problem', () => {
    expect(problems({ charge: 'ch_1', cents: 5, reason: 'fraud', lines: [{ id: 1 }], note: null })).toEqual(
      [],
    );
  });

  it.each([
    [{ charge: 7 }, 'charge is number, must be string'],
    [{ charge: 'ch_1', cents: 64.5 }, 'cents is number, must be integer'],
    [{ charge: 'ch_1', cents: 0 }, 'cents must be at least 1'],
    [{ charge: 'c' }, 'charge must be characters, at least 3'],
    [{}, 'charge is required and missing'],
    [{ charge: 'ch_1', reason: 'other' }, 'reason must be one of ["duplicate","fraud"]'],
    [{ charge: 'ch_1', lines: [{}] }, 'lines.0.id is required and missing'],
    [{ charge: 'ch_1', note: 3 }, 'note fits none of 2 forms'],
    [{ charge: 'ch_1', toString: 1 }, 'toString is not in the schema'],
    ['ch_1', ' is string, must be object'],
  ])('%j are wrong in one field', (args, problem) => {
    expect(problems(args)).toEqual([problem]);
  });

  it('are not put to an expression, and this is said', () => {
    const { problems: found, unchecked } = checkArguments({ charge: 'ch_1', code: 'b' }, schema);

    expect([found, unchecked]).toEqual([[], ['pattern']]);
  });

  it('may be as deep as they like, and a schema may name itself', () => {
    const self = { $ref: '#' };
    const loop = { $defs: { a: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' };

    expect([checkArguments({}, self), checkArguments({}, loop)].map((check) => check.unchecked)).toEqual([
      ['$ref'],
      ['$ref'],
    ]);
  });
});
