import { expect, it } from 'vitest';
import type { CostPart, StepCost } from '../api/types';
import { costLines, costNote, exactCost, sourceWords, tokensOf } from './costs';

const part = (kind: CostPart['kind'], tokens: number | null, usd_per_million: number | null): CostPart => ({
  kind,
  tokens,
  usd_per_million,
  cost_usd: tokens === null || usd_per_million === null ? null : (tokens * usd_per_million) / 1e6,
});
const listed: StepCost = {
  step_id: 's1',
  source: 'price_list',
  priced_as: 'openai/gpt-4o',
  list_version: 'genai-prices 1.0',
  parts: [
    part('input', 4056, 2.5),
    part('cached_input', 2048, 1.25),
    part('cache_write', null, 2.5),
    part('output', 212, 10),
  ],
  cost_usd: 0.01482,
};

it('has a line for each kind that the call tells of', () => {
  expect(costLines(listed, 148)).toEqual([
    { label: 'Input, fresh', tokens: '4,056', price: '$2.50 / M', cost: '$0.01014' },
    { label: 'Input, read from cache', tokens: '2,048', price: '$1.25 / M', cost: '$0.00256' },
    { label: 'Output, of it 148 reasoning', tokens: '212', price: '$10.00 / M', cost: '$0.00212' },
  ]);
  expect([tokensOf(listed), costNote(listed)]).toEqual([6316, null]);
  expect(sourceWords(listed)).toBe('offline list genai-prices 1.0: openai/gpt-4o');
});

it('never shows an unknown price as zero', () => {
  const parts = [part('input', 10, null), part('output', null, null)];
  const unknown: StepCost = { ...listed, source: null, priced_as: null, parts, cost_usd: null };

  expect(costLines(unknown, null).map(({ tokens, price, cost }) => [tokens, price, cost])).toEqual([
    ['10', 'price unknown', '–'],
    ['not recorded', 'price unknown', '–'],
  ]);
  expect(costNote(unknown)).toContain('price file');
});

it('says whose total it is where the span states it', () => {
  const stated: StepCost = { ...listed, source: 'span', parts: [part('input', 10, null)], cost_usd: 0.25 };

  expect(sourceWords(stated)).toBe('total given by the span');
  expect(costNote(stated)).toContain('one sum');
  expect(costLines(stated, null)[0]?.price).toBe('–');
});

it('shows reasoning apart where it has a price of its own', () => {
  const parts = [part('input', 10, 1), part('output', 64, 4), part('reasoning', 148, 6)];
  const own: StepCost = { ...listed, source: 'price_file', priced_as: 'gpt-4*', parts };

  expect(costLines(own, 148).map(({ label }) => label)).toEqual([
    'Input, fresh',
    'Output',
    'Output, reasoning',
  ]);
  expect(sourceWords(own)).toBe('your price file: gpt-4*');
});

it('tells of prices that have changed since', () => {
  expect(costNote({ ...listed, cost_usd: 0.02 })).toContain('today it would be $0.01482');
});

it('shows small sums with the digits that count', () => {
  expect([0, 0.00000125, 0.01482, 1.5].map(exactCost)).toEqual(['$0', '$0.00000125', '$0.01482', '$1.50000']);
});
