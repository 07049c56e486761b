/** The list of runs: pages of it, as they are searched for, kept up to date while runs go on. */
import { asApiError, getFacets, getRun, getStats, isAborted, listRuns, type ApiError } from '../api/client';
import type { Removal, Run, RunFacets, RunPage, Stats } from '../api/types';
import { appendRuns, insertRun, newRuns, replaceRuns } from '../model/list';
import { readQuery, type RunQuery } from '../model/query';
import { Pace } from './pace';
import { Reading } from './reading.svelte';

const PAGE = 50;
const TYPING_MS = 80;
const REST_MS = 250;
/** More changed runs than this are not read one by one. */
const SINGLY = 4;

export class Runs {
  items = $state.raw<readonly Run[]>([]);
  /** Of each listed run its steps in equal stretches of its time, as far as the server has told. */
  activity = $state.raw<Readonly<Record<string, readonly number[]>>>({});
  total = $state<number | null>(null);
  stats = $state.raw<Stats | null>(null);
  /** Runs that came in while the list was scrolled down. */
  waiting = $state.raw<readonly Run[]>([]);
  problems = $state.raw<readonly string[]>([]);
  /** Where nothing matches: what leaving out each filter would bring. */
  removals = $state.raw<readonly Removal[]>([]);
  /** Text was looked for in contents, and older ones were not read. */
  unsearched = $state(false);
  /** So many runs are left out that only prepare others, or are plumbing. */
  setupRuns = $state(0);
  /** Findings were asked for, and so many runs are not judged yet. */
  unjudged = $state(0);
  /** Reads on in contents that the list was not searched for. */
  readonly reading = new Reading((run) => (this.items = insertRun(this.items, run)));
  /** Null until a filter menu asks for them. */
  facets = $state.raw<RunFacets | null>(null);
  /** Counts the times that runs have changed: pages that sum over runs read again. */
  revision = $state(0);
  error = $state.raw<ApiError | null>(null);
  loaded = $state(false);
  /** Set by the list: new runs may come in at the top. */
  atTop = true;

  #text: string | null = null;
  #query: RunQuery = {};
  #cursor: string | null = null;
  #abort = new AbortController();
  #typing: ReturnType<typeof setTimeout> | undefined;
  #changed = new Set<string>();
  #pace = new Pace(() => this.#refresh(), REST_MS);
  #loadingMore = false;

  /** Whether runs may be older than the last one that is listed. */
  get hasMore(): boolean {
    return this.unsearched || (this.total ?? Infinity) > this.items.length + this.waiting.length;
  }

  /** Show the runs that a search text asks for; the earlier ones stay until the answer comes. */
  search(text: string): void {
    if (text === this.#text) return;
    const first = this.#text === null;
    this.#text = text;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.load(), first ? 0 : TYPING_MS);
  }

  async load(): Promise<void> {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    const { query, problems } = readQuery(this.#text ?? '', Date.now());
    this.problems = problems;
    this.#query = query;
    try {
      const [page, stats] = await Promise.all([listRuns(query, PAGE, null, signal), getStats(signal)]);
      this.items = page.runs;
      this.waiting = [];
      this.#cursor = page.next_cursor;
      this.facets = null;
      this.#know(page, stats);
      this.#readOn(page);
    } catch (error) {
      if (isAborted(error)) return;
      this.error = asApiError(error);
      // How many there are is known also where their names are sealed.
      if (this.error.status === 409) this.stats = await getStats(signal).catch(() => null);
    }
  }

  /** Contents are read on only for words alone: what a step holds says nothing of the other filters of runs. */
  #readOn({ runs, unsearched }: RunPage): void {
    const { text, ...others } = this.#query;
    if (!text || !unsearched || Object.keys(others).length) return this.reading.clear();
    void this.reading.start(
      text,
      runs.map(({ id }) => id),
    );
  }

  async countFacets(): Promise<void> {
    const { signal } = this.#abort;
    try {
      this.facets = await getFacets(this.#query, signal);
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    }
  }

  async loadMore(): Promise<void> {
    if (!this.#cursor || this.#loadingMore) return;
    this.#loadingMore = true;
    const { signal } = this.#abort;
    try {
      const page = await listRuns(this.#query, PAGE, this.#cursor, signal);
      this.items = appendRuns(this.items, page.runs);
      this.activity = { ...this.activity, ...page.activity };
      this.#cursor = page.next_cursor;
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    } finally {
      this.#loadingMore = false;
    }
  }

  changed(runIds: readonly string[] | null): void {
    if (!runIds) return void this.load();
    for (const id of runIds) this.#changed.add(id);
    this.#pace.ask();
  }

  showWaiting(): void {
    this.items = [...this.waiting, ...this.items];
    this.waiting = [];
  }

  async #refresh(): Promise<void> {
    const ids = [...this.#changed];
    this.#changed.clear();
    const { signal } = this.#abort;
    try {
      const [page, stats] = await Promise.all([listRuns(this.#query, PAGE, null, signal), getStats(signal)]);
      const further = await this.#readSingly(ids, page.runs, signal);
      this.#work([...page.runs, ...further], page.runs);
      this.#know(page, stats);
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    }
  }

  /** Changed runs that are listed but no longer on the first page, such as a run that left its status filter. */
  async #readSingly(ids: readonly string[], page: readonly Run[], signal: AbortSignal): Promise<Run[]> {
    const listed = this.items.filter((run) => ids.includes(run.id) && !page.some(({ id }) => id === run.id));
    return Promise.all(listed.slice(0, SINGLY).map((run) => getRun(run.id, signal)));
  }

  #work(fresh: readonly Run[], page: readonly Run[]): void {
    const items = replaceRuns(this.items, fresh, this.#query);
    const arrived = newRuns(items, page).filter((run) => !items.length || isNewer(run, items[0]));
    this.items = this.atTop ? [...arrived, ...items] : items;
    this.waiting = this.atTop ? [] : arrived;
  }

  #know(page: RunPage, stats: Stats): void {
    this.activity = { ...this.activity, ...page.activity };
    this.total = page.total;
    this.revision++;
    this.removals = page.removals;
    this.unsearched = page.unsearched;
    this.setupRuns = page.setup_runs;
    this.unjudged = page.unjudged;
    this.stats = stats;
    this.error = null;
    this.loaded = true;
  }
}

function isNewer(run: Run, first: Run | undefined): boolean {
  return !first || run.started_at >= first.started_at;
}
