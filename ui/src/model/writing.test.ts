import { expect, it } from 'vitest';
import type { StepDetail, Tokens } from '../api/types';
import { sampleDetail, sampleStep } from './samples';
import { writingOf } from './writing';

function call(tokens: Tokens, content: StepDetail['content']) {
  return sampleDetail(sampleStep(1, { kind: 'llm', status: 'running', duration_ms: 4600, tokens }), content);
}

const said = [{ role: 'assistant', parts: [{ type: 'text', content: 'x'.repeat(1092) }] }];

it('is estimated from what has been said, since the first token', () => {
  expect(writingOf(call({ output: null }, { output_messages: said, first_token_ms: 700 }))).toEqual({
    tokens: 273,
    isCounted: false,
    perSecond: 70,
  });
});

it('is what the provider counted, where it has', () => {
  expect(writingOf(call({ output: 46 }, { output_messages: said, first_token_ms: null }))).toEqual({
    tokens: 46,
    isCounted: true,
    perSecond: 10,
  });
});

it('is unknown while nothing is known of the answer', () => {
  expect(writingOf(call({ output: 0 }, { output_messages: [] }))).toBeNull();
});
