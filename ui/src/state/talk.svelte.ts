/** The conversation of a run, read page by page as a person gets to it. */
import { asApiError, getConversation, isAborted, type ApiError } from '../api/client';
import type { Turn } from '../api/types';

const PAGE = 100;
/** More than these are not read at once. */
const MOST = 1000;

export class Talk {
  turns = $state.raw<readonly Turn[]>([]);
  /** Null until the first page has come. */
  total = $state<number | null>(null);
  error = $state.raw<ApiError | null>(null);

  readonly #runId: string;
  #reading = false;

  constructor(runId: string) {
    this.#runId = runId;
  }

  get left(): number {
    return Math.max(0, (this.total ?? 0) - this.turns.length);
  }

  more(): Promise<void> {
    return this.#read(PAGE, this.turns.length);
  }

  /** The run goes on: open steps of what was read may have ended, and others come after them. */
  refresh(): Promise<void> {
    return this.turns.length > MOST ? Promise.resolve() : this.#read(Math.max(PAGE, this.turns.length), 0);
  }

  async #read(limit: number, offset: number): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      const page = await getConversation(this.#runId, limit, offset);
      this.turns = [...this.turns.slice(0, offset), ...page.turns];
      this.total = page.total;
      this.error = null;
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    } finally {
      this.#reading = false;
    }
  }
}
