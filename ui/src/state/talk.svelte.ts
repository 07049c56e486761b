/** The conversation of a run: a stretch of its turns, which grows at both ends as a person gets there. */
import { asApiError, getConversation, isAborted, type ApiError } from '../api/client';
import type { Turn } from '../api/types';
import { firstAtOrAfter } from '../model/stretch';

const PAGE = 100;
/** More than these are not read at once. */
const MOST = 1000;
/** Turns before the one that was asked for. */
const AROUND = 20;

export class Talk {
  turns = $state.raw<readonly Turn[]>([]);
  /** How many turns there are before those that were read. */
  before = $state(0);
  /** Null until the first page has come. */
  total = $state<number | null>(null);
  error = $state.raw<ApiError | null>(null);

  readonly #runId: string;
  #reading = false;

  constructor(runId: string) {
    this.#runId = runId;
  }

  get left(): number {
    return Math.max(0, (this.total ?? 0) - this.before - this.turns.length);
  }

  more(): Promise<void> {
    return this.#read(PAGE, this.before + this.turns.length);
  }

  earlier(): Promise<void> {
    const offset = Math.max(0, this.before - PAGE);
    return this.#read(this.before - offset, offset);
  }

  /** The run goes on: open steps of what was read may have ended, and others come after them. */
  refresh(): Promise<void> {
    if (this.turns.length > MOST) return Promise.resolve();
    return this.#read(Math.max(PAGE, this.turns.length), this.before);
  }

  /** Read the stretch around a step that was not read yet; steps come in the order of their numbers. */
  async seek(number: number): Promise<void> {
    const { total } = this;
    if (total === null || this.#reading || this.#holds(number)) return;
    this.#reading = true;
    try {
      const numberAt = async (offset: number) =>
        (await getConversation(this.#runId, 1, offset)).turns[0]?.step_number ?? Infinity;
      const place = await firstAtOrAfter(number, total, numberAt);
      const offset = Math.max(0, place - AROUND);
      const page = await getConversation(this.#runId, PAGE, offset);
      [this.turns, this.before, this.total] = [page.turns, offset, page.total];
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    } finally {
      this.#reading = false;
    }
  }

  /** Whether a step would be among the turns that were read, if it has one. */
  #holds(number: number): boolean {
    const first = this.before ? (this.turns[0]?.step_number ?? Infinity) : 0;
    const last = this.left ? (this.turns.at(-1)?.step_number ?? 0) : Infinity;
    return number >= first && number <= last;
  }

  async #read(limit: number, offset: number): Promise<void> {
    if (this.#reading || limit < 1) return;
    this.#reading = true;
    try {
      const page = await getConversation(this.#runId, limit, offset);
      const end = offset + page.turns.length;
      const kept = this.turns.slice(0, Math.max(0, offset - this.before));
      const after = offset < this.before ? this.turns.slice(Math.max(0, end - this.before)) : [];
      this.turns = [...kept, ...page.turns, ...after];
      this.before = Math.min(this.before, offset);
      this.total = page.total;
      this.error = null;
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    } finally {
      this.#reading = false;
    }
  }
}
