import { expect, it } from 'vitest';
import type { TracedValue } from '../api/types';
import { FLOATING, markedText } from './provenance';
import { SAID, saidIn } from './said';

const value = (place: string, text: string, given: Partial<TracedValue> = {}): TracedValue => ({
  place,
  start: 0,
  end: text.length,
  text,
  kind: 'id',
  verdict: 'no_source',
  sources: [],
  ...given,
});

function marked(text: string, ...values: TracedValue[]): string[] {
  const found = saidIn(text, { step_id: 's1', values });
  return markedText(text, found, SAID).flatMap((stretch) => (stretch.value ? [stretch.text] : []));
}

const CONTENT = '/output_messages/2/parts/1/content';
const ARGUMENT = '/output_messages/0/parts/1/arguments/charge_id';

it('marks values where they stand, whichever message of the step it was', () => {
  expect(marked('Order 48213 is late', value(CONTENT, '48213', { start: 6, end: 11 }))).toEqual(['48213']);
  expect(marked('🙂 48213', value(CONTENT, '48213', { start: 2, end: 7 }))).toEqual(['48213']);
  expect(marked('48213 is late', value(CONTENT, '48213', { start: 6, end: 11 }))).toEqual([]);
});

it('marks in thoughts what a call was made up with, as a whole word', () => {
  expect(marked('🙂 I will refund ch_48213_2.', value(ARGUMENT, 'ch_48213_2'))).toEqual(['ch_48213_2']);
  expect(marked('I will refund ch_48213_25.', value(ARGUMENT, 'ch_48213_2'))).toEqual([]);
  expect(marked('It is 64.5 in all', value(ARGUMENT, '64.5'))).toEqual([]);
  expect(marked('I refund ch_48213_2', value(ARGUMENT, 'ch_48213_2', { verdict: 'appears' }))).toEqual([]);
});

it('marks sentences that are contradicted', () => {
  const claim = value('/output_messages/0', 'It was issued.', { start: FLOATING, verdict: 'contradicted' });

  expect(marked('Good news. It was issued.', claim)).toEqual(['It was issued.']);
  expect(saidIn('Other words', { step_id: 's1', values: [claim] })).toBeNull();
});
