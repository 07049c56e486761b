import { expect, it } from 'vitest';
import type { Content, StepContext } from '../api/types';
import { sampleDetail, sampleModelCall } from './samples';
import { definitionTokens, misfitsOf } from './tools';

const refund = {
  name: 'refund',
  parameters: { type: 'object', properties: { amount: { type: 'integer' } }, required: ['amount'] },
};
const call = (args: unknown) => ({
  role: 'assistant',
  parts: [{ type: 'tool_call', id: 'c', name: 'refund', arguments: args }],
});
const said = (...messages: unknown[]): Content => ({
  ...sampleDetail(sampleModelCall(1)).content,
  tool_definitions: [refund],
  output_messages: messages,
});

it('says in what way a call does not fit the schema that was offered', () => {
  expect([...misfitsOf(said(call({ amount: 64.5 })))]).toEqual([
    ['refund', ['amount is number, must be integer']],
  ]);
  expect(misfitsOf(said(call({ amount: 6450 }))).size).toBe(0);
});

it('shares the tokens of all definitions by their length, where they are known', () => {
  const context: StepContext = {
    step_id: 's1',
    previous_step_id: null,
    previous_step_number: null,
    input_tokens: 200,
    sentence: '',
    changes: [],
    shares: [{ part: 'tools', tokens: 100, characters: 10, estimated: true }],
  };
  const tools = [{ name: 'a' }, { name: 'abcdefghijkl' }];

  expect(definitionTokens(tools, context)).toEqual([34, 66]);
  expect(definitionTokens(tools, null)).toEqual([null, null]);
});
