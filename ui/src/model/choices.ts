/** What the filter menus offer: values that runs have, with how many, and a few useful bounds. */
import type { RunFacets } from '../api/types';
import { wordOfClass } from './findings';
import { plural } from './format';
import { fieldOf, withField, type Field } from './query';

export interface Choice {
  readonly label: string;
  readonly note?: string;
  readonly value: string;
}

export interface FilterMenu {
  readonly field: Field;
  readonly label: string;
  readonly choices: readonly Choice[];
}

const BOUNDS: readonly FilterMenu[] = [
  {
    field: 'since',
    label: 'Time',
    choices: [
      { label: 'Last hour', value: '1h' },
      { label: 'Last 24 hours', value: '24h' },
      { label: 'Last 7 days', value: '7d' },
      { label: 'Last 30 days', value: '30d' },
    ],
  },
  {
    field: 'cost',
    label: 'Cost',
    choices: [
      { label: 'Over $0.01', value: '>0.01' },
      { label: 'Over $0.10', value: '>0.1' },
      { label: 'Over $1', value: '>1' },
    ],
  },
  {
    field: 'dur',
    label: 'Duration',
    choices: [
      { label: 'Over 10 seconds', value: '>10s' },
      { label: 'Over 1 minute', value: '>1m' },
      { label: 'Over 10 minutes', value: '>10m' },
    ],
  },
];

/** The menus for fields that the text does not set yet. */
export function menusOf(text: string, facets: RunFacets | null): FilterMenu[] {
  const named: FilterMenu[] = [
    { field: 'user', label: 'User', choices: choicesOf(facets?.users) },
    { field: 'session', label: 'Session', choices: choicesOf(facets?.sessions) },
    { field: 'model', label: 'Model', choices: choicesOf(facets?.models) },
    { field: 'tool', label: 'Tool', choices: choicesOf(facets?.tools) },
    { field: 'agent', label: 'Agent', choices: choicesOf(facets?.agents) },
    { field: 'error', label: 'Errors', choices: errorChoices(facets) },
    { field: 'finding', label: 'Findings', choices: findingChoices(facets) },
  ];
  return [...named, ...BOUNDS].filter(({ field }) => fieldOf(text, field) === null);
}

export function withChoice(text: string, menu: FilterMenu, choice: Choice): string {
  return withField(text, menu.field, choice.value);
}

function choicesOf(values: RunFacets['models'] | undefined): Choice[] {
  return (values ?? []).map(({ value, runs }) => ({ label: value, value, note: plural(runs, 'run') }));
}

function findingChoices(facets: RunFacets | null): Choice[] {
  return choicesOf(facets?.findings).map((choice) => ({ ...choice, label: wordOfClass(choice.value) }));
}

function errorChoices(facets: RunFacets | null): Choice[] {
  if (!facets) return [];
  return [
    { label: 'Anything failed', value: 'any', note: plural(facets.has_error, 'run') },
    { label: 'Nothing failed', value: 'none' },
  ];
}
