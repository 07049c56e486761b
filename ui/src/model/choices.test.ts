import { expect, it } from 'vitest';
import type { RunFacets } from '../api/types';
import { menusOf, withChoice } from './choices';
import { removableTerms } from './list';

const facets: RunFacets = {
  statuses: [],
  models: [{ value: 'gpt-4o', runs: 3 }],
  tools: [],
  agents: [{ value: 'support desk', runs: 1 }],
  users: [],
  sessions: [],
  findings: [{ value: 'not_seen', runs: 1 }],
  has_error: 2,
};

it('offers the values that runs have, with how many', () => {
  const menu = menusOf('', facets).find(({ field }) => field === 'model');

  expect(menu?.choices).toEqual([{ label: 'gpt-4o', value: 'gpt-4o', note: '3 runs' }]);
});

it('names classes of findings in words', () => {
  const menu = menusOf('', facets).find(({ field }) => field === 'finding');

  expect(menu?.choices).toEqual([{ label: 'Not seen', value: 'not_seen', note: '1 run' }]);
});

it('offers no field that the text sets already', () => {
  const fields = menusOf('model:gpt-4o since:7d', facets).map(({ field }) => field);

  expect(fields).not.toContain('model');
  expect(fields).not.toContain('since');
});

it('adds what was chosen to the text', () => {
  const menu = menusOf('refund', facets).find(({ field }) => field === 'agent')!;

  expect(withChoice('refund', menu, menu.choices[0]!)).toBe('refund agent:"support desk"');
});

it('orders the terms of an empty search by what leaving them out would bring', () => {
  const removals = [
    { parameter: 'min_cost_usd', runs: 2 },
    { parameter: 'text', runs: 0 },
  ];

  const terms = removableTerms('refund cost:>1', removals);

  expect(terms.map(({ term, runs }) => [term.text, runs])).toEqual([
    ['cost:>1', 2],
    ['refund', 0],
  ]);
});
