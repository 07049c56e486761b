import { expect, it } from 'vitest';
import { requestText } from './request';
import { sampleDetail, sampleModelCall } from './samples';

const call = sampleDetail(sampleModelCall(2), {
  system_instructions: [{ type: 'text', content: 'Be brief.' }],
  input_messages: [
    { role: 'user', parts: [{ type: 'text', content: "It's $HOME `id`" }] },
    { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'find', arguments: { a: 1 } }] },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: { ok: true } }] },
  ],
  parameters: { temperature: 0.2 },
});

it('as JSON, a call is the request that was sent', () => {
  expect(JSON.parse(requestText(call, 'JSON'))).toEqual({
    temperature: 0.2,
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: "It's $HOME `id`" },
      {
        role: 'assistant',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"ok":true}' },
    ],
  });
});

it('for cURL, the key is a variable and no text leaves its quotes', () => {
  const text = requestText(call, 'cURL');

  expect(text).toContain('Bearer $OPENAI_API_KEY"');
  expect(text).toContain("It'\\''s $HOME");
});

it('for Python, the body is a literal and the key comes from the environment', () => {
  const text = requestText(call, 'Python');

  expect(text).toContain('os.environ["OPENAI_API_KEY"]');
  expect(text).toContain(`json.loads("{\\"temperature\\"`);
});
