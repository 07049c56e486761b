import { describe, expect, it } from 'vitest';
import { receivedOf } from './received';
import { sampleDetail, sampleModelCall, sampleStep } from './samples';

const long = 'charge ch_3QkT7f, then charge ch_3QkT9v, which is the duplicate';
const tool = (tool_result: unknown) =>
  sampleDetail(sampleStep(3, { tool_name: 'list' }), { tool_result, tool_call_id: 'c1' });
const reader = (response: unknown, id = 'c1') =>
  sampleDetail(sampleModelCall(4), {
    input_messages: [{ role: 'tool', parts: [{ type: 'tool_call_response', id, response }] }],
  });

describe('what a model received of a result', () => {
  it.each([
    ['a text', long, long],
    ['the same in another notation', { a: 1 }, '{"a": 1}'],
    ['a text with words around it', long, `Result: ${long}`],
  ])('is %s, whole', (_, result, told) => {
    expect(receivedOf(tool(result), reader(told))).toEqual({ how: 'whole' });
  });

  it('is cut, and what is missing is known', () => {
    expect(receivedOf(tool(long), reader('charge ch_3QkT7f, … duplicate'))).toEqual({
      how: 'cut',
      kept: 28,
      whole: long.length,
      missing: 'then charge ch_3QkT9v, which is the',
    });
  });

  it('may be in other words', () => {
    expect(receivedOf(tool(long), reader('ok'))).toEqual({ how: 'reworded' });
  });

  it('is not claimed without its call id', () => {
    expect(receivedOf(tool(long), reader(long, 'c2'))).toBeNull();
  });
});
