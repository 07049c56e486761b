import { expect, it } from 'vitest';
import { cutAfterCode, piecesOf, plainText, shortOutcome, withCall } from './sentence';

it('cuts a sentence at its marks', () => {
  expect(piecesOf('**billing** chose `refund(id=1)` and wrote “done”')).toEqual([
    { kind: 'bold', text: 'billing' },
    { kind: 'text', text: ' chose ' },
    { kind: 'code', text: 'refund(id=1)' },
    { kind: 'text', text: ' and wrote ' },
    { kind: 'quote', text: '“done”' },
  ]);
});

it.each(['"Paris"', '"It is Par…', '“Paris”'])(
  'tells the quotation %s from the words around it',
  (quotation) => {
    expect(piecesOf(`gpt-4o wrote ${quotation}`).at(-1)).toEqual({ kind: 'quote', text: quotation });
  },
);

it('shows markup as the text that it is', () => {
  expect(piecesOf('<img src=x onerror=alert(1)>')).toEqual([
    { kind: 'text', text: '<img src=x onerror=alert(1)>' },
  ]);
});

it('understands a mark that was cut off', () => {
  expect(piecesOf('gpt-4o chose `issue_ref…')).toEqual([
    { kind: 'text', text: 'gpt-4o chose ' },
    { kind: 'code', text: 'issue_ref…' },
  ]);
});

it.each(['', 'a * b ** c', '```', '**', '“'])('keeps every character of %j but the marks', (sentence) => {
  expect(plainText(sentence)).toBe(sentence.replaceAll('`', ''));
});

it.each([
  ['RateLimitError from gpt-4o', ['RateLimitError', ' from gpt-4o']],
  ['billing.ChargeNotFound after 5 calls', ['billing.ChargeNotFound', ' after 5 calls']],
  ['Refused to answer', ['', 'Refused to answer']],
  ['Failed: ChargeNotFound no charge', ['ChargeNotFound', ' no charge']],
  ['Failed', ['', 'Failed']],
])('finds the error that %j begins with', (outcome, parts) => {
  expect(shortOutcome(outcome, true)).toEqual(parts);
});

it('says of an answer its words, whatever they look like', () => {
  expect(shortOutcome('Answered "OpenAI was asked…', false)).toEqual(['', 'OpenAI was asked…']);
  expect(shortOutcome('Answered "Yes."', false)).toEqual(['', 'Yes.']);
  expect(shortOutcome('Completed in 3 steps', false)).toEqual(['', 'Completed in 3 steps']);
});

it('says what a tool was called with, as far as there is room', () => {
  const sentence = '`refund` failed: NotFound';

  expect(withCall(sentence, 'refund', 'refund(id=ch_1)')).toBe('`refund(id=ch_1)` failed: NotFound');
  expect(withCall(sentence, 'refund', `refund(${'x'.repeat(99)})`)).toMatch(/^`refund\(x{51}…\)` failed/);
  expect(withCall('Handed off', 'refund', 'refund(id=ch_1)')).toBe('Handed off');
});

it('is cut after the code that it begins with', () => {
  expect(cutAfterCode('`refund(id=1)` failed: NotFound')).toEqual(['`refund(id=1)`', 'failed: NotFound']);
  expect(cutAfterCode('Handed off to `refund`')).toEqual(['Handed off to `refund`']);
});
