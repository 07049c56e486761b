import { describe, expect, it } from 'vitest';
import type { TracedValue } from '../api/types';
import { withContradictions } from './contradictions';
import { markedText, pointer, sourceName, sourceSteps, valuesUnder } from './provenance';
import { sampleFinding, sampleFindings } from './samples';

function traced(given: Partial<TracedValue>): TracedValue {
  return {
    place: '/output_value',
    start: 0,
    end: 1,
    text: '',
    kind: 'id',
    verdict: 'appears',
    sources: [],
    ...given,
  };
}

const found = (...values: TracedValue[]) => ({ step_id: 's1', values });

describe('values in a text', () => {
  it('are cut out where they stand', () => {
    const stretches = markedText('pay ch_1 now', found(traced({ start: 4, end: 8 })), '/output_value');

    expect(stretches.map(({ text, value }) => [text, value !== null])).toEqual([
      ['pay ', false],
      ['ch_1', true],
      [' now', false],
    ]);
  });

  it('are counted in characters, as the server does', () => {
    const stretches = markedText('🙂🙂 ch_1', found(traced({ start: 3, end: 7 })), '/output_value');

    expect(stretches[1]?.text).toBe('ch_1');
  });

  it('that overlap, or lie outside, leave the text whole', () => {
    const values = found(
      traced({ start: 0, end: 3 }),
      traced({ start: 2, end: 5 }),
      traced({ start: 90, end: 99 }),
    );

    expect(
      markedText('abcdef', values, '/output_value')
        .map(({ text }) => text)
        .join(''),
    ).toBe('abcdef');
  });

  it('of other places, and those that need no source, are not marked', () => {
    const values = found(traced({ place: '/output_value/1' }), traced({ verdict: 'exempt' }));

    expect(markedText('abc', values, '/output_value')).toEqual([{ text: 'abc', value: null }]);
  });
});

it('the values under a place are those at it and inside it', () => {
  const values = ['/a', '/a/0', '/ab'].map((place) => traced({ place }));

  expect(valuesUnder(found(...values), '/a').map(({ place }) => place)).toEqual(['/a', '/a/0']);
});

it('a pointer escapes its names', () => {
  expect(pointer('/tool_arguments', 'a/b~c', 0)).toBe('/tool_arguments/a~1b~0c/0');
});

it('a step that holds a value twice is named once', () => {
  const source = { step_id: 's2', step_number: 2, place: '/tool_result', quote: '6450', exact: false };

  expect(sourceSteps([source, source, { ...source, step_id: 's1', step_number: 1, exact: true }])).toEqual([
    { id: 's2', number: 2, places: 2, quote: '6450', reshaped: true, asInput: false },
    { id: 's1', number: 1, places: 1, quote: '6450', reshaped: false, asInput: false },
  ]);
});

it('what a call was given is named as its input', () => {
  const source = { step_id: 's2', step_number: 2, place: '/input_messages/0', quote: '6450', exact: true };
  const names = (place: string, at: string) =>
    sourceSteps([{ ...source, place }]).map((step) => sourceName(step, at));

  expect(names('/input_messages/0/parts/0/content', 's2')).toEqual(['its own input']);
  expect(names('/system_instructions/0', 's3')).toEqual(['the input of step 2']);
  expect(names('/tool_result/0', 's3')).toEqual(['step 2']);
});

describe('what findings say is contradicted', () => {
  const place = (step_id: string, at: string, quote: string) => ({
    step_id,
    step_number: 1,
    role: 'says',
    place: at,
    quote,
  });
  const finding = (sentence: string, at: string, quote: string) =>
    sampleFindings(
      sampleFinding(1, 's1', {
        finding_class: 'contradicted',
        sentence,
        evidence: [place('s1', at, quote), place('s0', '/tool_result', 'failed')],
      }),
    );

  it('is marked where a single value stands', () => {
    const said = found(traced({ start: 4, end: 6, text: '42', verdict: 'no_source' }));
    const marked = withContradictions(
      said,
      's1',
      finding('The answer says `42`.', '/output_value', 'now 42'),
    );

    expect(
      markedText('now 42 €', marked, '/output_value').map(({ text, value }) => [text, value?.verdict]),
    ).toEqual([
      ['now ', undefined],
      ['42', 'contradicted'],
      [' €', undefined],
    ]);
  });

  it('is marked as a sentence, wherever in the message it stands', () => {
    const claim = finding('It tells it as done.', '/output_messages/0', 'It was sent.');
    const marked = withContradictions(null, 's1', claim);
    const stretches = markedText('Hello. It was sent. Bye.', marked, '/output_messages/0/parts/0/content');

    expect(stretches.map(({ text }) => text)).toEqual(['Hello. ', 'It was sent.', ' Bye.']);
    expect(stretches[1]?.value?.sources.map(({ step_id }) => step_id)).toEqual(['s0']);
  });

  it('is left alone at other steps', () => {
    expect(withContradictions(null, 's2', finding('', '/output_value', 'x'))).toBeNull();
  });
});
