/** The list of runs: days between the runs, and changes worked in without moving what is being read. */
import type { Removal, Run } from '../api/types';
import { dayName } from './format';
import { parametersOf, termsOf, type RunQuery, type Term } from './query';

export type Item =
  | { readonly kind: 'day'; readonly key: string; readonly name: string }
  | { readonly kind: 'run'; readonly key: string; readonly run: Run; readonly place: number };

export function itemsOf(runs: readonly Run[], now: number): Item[] {
  const items: Item[] = [];
  let day = '';
  runs.forEach((run, index) => {
    const name = dayName(run.started_at, now);
    if (name !== day) items.push({ kind: 'day', key: `day ${name}`, name });
    day = name;
    items.push({ kind: 'run', key: run.id, run, place: index + 1 });
  });
  return items;
}

/** Replace runs that are listed, and leave out those that no longer have the status asked for. */
export function replaceRuns(runs: readonly Run[], fresh: readonly Run[], query: RunQuery): Run[] {
  const byId = new Map(fresh.map((run) => [run.id, run]));
  return runs
    .map((run) => byId.get(run.id) ?? run)
    .filter((run) => !query.status || run.status === query.status || !byId.has(run.id));
}

/** Runs of a fresh first page that are not listed yet. */
export function newRuns(runs: readonly Run[], fresh: readonly Run[]): Run[] {
  const known = new Set(runs.map((run) => run.id));
  return fresh.filter((run) => !known.has(run.id));
}

export function appendRuns(runs: readonly Run[], further: readonly Run[]): Run[] {
  return [...runs, ...newRuns(runs, further)];
}

export function neighbourRun(runs: readonly Run[], id: string | null, by: number): Run | undefined {
  const here = runs.findIndex((run) => run.id === id);
  if (here < 0) return runs[0];
  return runs[Math.min(runs.length - 1, Math.max(0, here + by))];
}

/** The terms of a search that found nothing, with what there would be without each; the most first. */
export function removableTerms(
  text: string,
  removals: readonly Removal[],
): { readonly term: Term; readonly runs: number | null }[] {
  const without = (term: Term) =>
    removals.find(({ parameter }) => parametersOf(term).includes(parameter))?.runs ?? null;
  const found = termsOf(text).map((term) => ({ term, runs: without(term) }));
  return found.sort((a, b) => (b.runs ?? -1) - (a.runs ?? -1));
}
