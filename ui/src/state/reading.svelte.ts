/** Search that reads contents, as in an encrypted store: page after page, newest first, saying how far it has come. */
import { getRun, isAborted, searchSteps } from '../api/client';
import type { Run } from '../api/types';

export class Reading {
  /** Steps that were read so far; null while nothing is being looked for. */
  scanned = $state<number | null>(null);
  found = $state(0);
  done = $state(false);

  readonly #arrived: (run: Run) => void;
  #abort = new AbortController();

  /** `arrived` is told of each run that holds the words. */
  constructor(arrived: (run: Run) => void) {
    this.#arrived = arrived;
  }

  stop(): void {
    this.#abort.abort();
    this.done = true;
  }

  clear(): void {
    this.#abort.abort();
    this.scanned = null;
  }

  /** Read everything; `known`: runs that are listed already. */
  async start(words: string, known: Iterable<string>): Promise<void> {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    const seen = new Set(known);
    [this.scanned, this.found, this.done] = [0, seen.size, false];
    try {
      let cursor: string | null = null;
      do {
        const page = await searchSteps(words, cursor, signal);
        this.scanned += page.scanned_steps;
        for (const id of new Set(page.hits.map((hit) => hit.run_id))) {
          if (!seen.has(id)) await this.#take(id, signal);
          seen.add(id);
        }
        cursor = page.next_cursor;
      } while (cursor);
      this.done = true;
    } catch (error) {
      if (!isAborted(error)) this.done = true;
    }
  }

  async #take(id: string, signal: AbortSignal): Promise<void> {
    const run = await getRun(id, signal);
    this.found++;
    this.#arrived(run);
  }
}
