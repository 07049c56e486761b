/** The list of runs: days between the runs, and changes worked in without moving what is being read. */
import type { Removal, Run, Stats } from '../api/types';
import { dayName, plural, whole } from './format';
import { parametersOf, termsOf, type RunQuery, type Term } from './query';

export type Item =
  | { readonly kind: 'day'; readonly key: string; readonly name: string; readonly note: string }
  | { readonly kind: 'run'; readonly key: string; readonly run: Run; readonly place: number };

/** Where runs without a session stand. */
const NO_SESSION = 'No session';

/**
 * `runs` in the order in which they are listed; heads are those of days, or of sessions, with how many runs each has.
 * Where `more` are not listed yet, the last day may have more too.
 */
export function itemsOf(runs: readonly Run[], now: number, bySession = false, more = false): Item[] {
  const sizes = new Map<string, number>();
  const headOf = (run: Run) => (bySession ? (run.session_id ?? NO_SESSION) : dayName(run.started_at, now));
  for (const run of runs) sizes.set(headOf(run), (sizes.get(headOf(run)) ?? 0) + 1);
  const last = runs.at(-1);
  const open = more && last ? headOf(last) : null;
  const items: Item[] = [];
  let head = '';
  runs.forEach((run, index) => {
    const name = headOf(run);
    const size = sizes.get(name) ?? 0;
    const note = bySession ? plural(size, 'run') : whole(size) + (name === open ? '+' : '');
    if (name !== head) items.push({ kind: 'day', key: `day ${name}`, name, note });
    head = name;
    items.push({ kind: 'run', key: run.id, run, place: index + 1 });
  });
  return items;
}

/** The runs of one session beside each other, the session that was active last first, and those of none at the end. */
export function bySession(runs: readonly Run[]): Run[] {
  const sessions = new Map<string, Run[]>();
  for (const run of runs) {
    const name = run.session_id ?? NO_SESSION;
    sessions.set(name, [...(sessions.get(name) ?? []), run]);
  }
  const alone = sessions.get(NO_SESSION) ?? [];
  sessions.delete(NO_SESSION);
  return [...[...sessions.values()].flat(), ...alone];
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

/** A run that was found later, at its place among those that are listed from new to old. */
export function insertRun(runs: readonly Run[], found: Run): Run[] {
  const others = runs.filter(({ id }) => id !== found.id);
  const place = others.findIndex(({ started_at }) => started_at < found.started_at);
  return place < 0 ? [...others, found] : [...others.slice(0, place), found, ...others.slice(place)];
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

/** Why there is no list: 409 says that the names are encrypted with a key that is not here. */
export function whyUnread(status: number | undefined, stats: Stats | null): string {
  return status === 409 && stats
    ? `${plural(stats.total_runs, 'run')} sealed, until the key is here.`
    : 'The runs cannot be read now.';
}
