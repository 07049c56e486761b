import { describe, expect, it } from 'vitest';
import { conversationOf } from './messages';

const user = { role: 'user', parts: [{ type: 'text', content: 'Refund me' }] };
const call = {
  role: 'assistant',
  parts: [{ type: 'tool_call', id: 'c1', name: 'refund', arguments: '{"id": 7}' }],
};
const result = { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: { ok: true } }] };

describe('messages', () => {
  it('of the conventions become parts, and a result bears the name of its call', () => {
    const { input } = conversationOf({ input_messages: [user, call, result] });

    expect(input.map((message) => message.parts)).toEqual([
      [{ kind: 'text', text: 'Refund me' }],
      [{ kind: 'call', id: 'c1', name: 'refund', args: { id: 7 } }],
      [{ kind: 'result', id: 'c1', name: 'refund', value: { ok: true } }],
    ]);
  });

  it('of an older form are read too', () => {
    const { input } = conversationOf({
      input_messages: ['Hello', { role: 'user', content: 'Hi' }, { content: [{ type: 'text', text: 'x' }] }],
    });

    expect(input.flatMap((message) => message.parts)).toEqual([
      { kind: 'text', text: 'Hello' },
      { kind: 'text', text: 'Hi' },
      { kind: 'text', text: 'x' },
    ]);
  });

  it('keep parts that nobody knows', () => {
    const image = { type: 'uri', uri: 'https://example.com/cat.png' };

    expect(
      conversationOf({ output_messages: [{ role: 'assistant', parts: [image, 5] }] }).output[0]?.parts,
    ).toEqual([
      { kind: 'other', type: 'uri', value: image },
      { kind: 'other', type: 'part', value: 5 },
    ]);
  });

  it('begin with the system instructions', () => {
    const { system } = conversationOf({ system_instructions: [{ type: 'text', content: 'Be kind' }] });

    expect(system[0]).toMatchObject({ role: 'system', parts: [{ kind: 'text', text: 'Be kind' }] });
  });

  it.each([null, undefined, []])('may be missing: %j', (messages) => {
    expect(conversationOf(messages === undefined ? {} : { input_messages: messages }).input).toEqual([]);
  });
});
