import { describe, expect, it } from 'vitest';
import type { TracedValue } from '../api/types';
import { markedText, pointer, sourceSteps, valuesUnder } from './provenance';

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
    { id: 's2', number: 2, places: 2, quote: '6450', reshaped: true },
    { id: 's1', number: 1, places: 1, quote: '6450', reshaped: false },
  ]);
});
