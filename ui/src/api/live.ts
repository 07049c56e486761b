/** The live stream: which runs changed, by server-sent events, taken up again whenever it breaks. */
import { asApiError, isAborted, request, type ApiError } from './client';

export interface LiveListener {
  /** Runs changed. After an interruption, `null`: anything may have. */
  changed(runIds: readonly string[] | null): void;
  opened(): void;
  /** It broke; the next attempt comes in `retryMs`. */
  lost(error: ApiError, retryMs: number): void;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;
/** The server sends a comment every 15 seconds; silence beyond this means a dead connection. */
const SILENCE_MS = 40_000;

/** Listen until stopped. `fetch` rather than EventSource, because an API key travels in a header. */
export class LiveStream {
  #listener: LiveListener;
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #broke = false;

  constructor(listener: LiveListener) {
    this.#listener = listener;
  }

  start(): void {
    this.stop();
    this.#abort = new AbortController();
    void this.#listen(this.#abort);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #listen(abort: AbortController): Promise<void> {
    try {
      const response = await request('/v1/events', 'text/event-stream', abort.signal);
      this.#opened();
      await this.#read(response, abort);
      throw new TypeError('The live stream ended.');
    } catch (error) {
      if (this.#abort !== abort || isAborted(error)) return;
      this.#lost(asApiError(error));
    }
  }

  #opened(): void {
    this.#retryMs = FIRST_RETRY_MS;
    this.#listener.opened();
    if (this.#broke) this.#listener.changed(null);
    this.#broke = false;
  }

  #lost(error: ApiError): void {
    this.#broke = true;
    this.#listener.lost(error, this.#retryMs);
    // Without the right key, every further attempt would count as a guess.
    if (error.needsKey) return;
    this.#timer = setTimeout(() => this.start(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  async #read(response: Response, abort: AbortController): Promise<void> {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let pending = '';
    while (reader) {
      const watchdog = setTimeout(
        () => abort.abort(new TypeError('The live stream fell silent.')),
        SILENCE_MS,
      );
      const { done, value } = await reader.read().finally(() => clearTimeout(watchdog));
      if (done) return;
      const messages = (pending + value).split(/\r?\n\r?\n/);
      pending = messages.pop() ?? '';
      for (const message of messages) this.#take(message);
    }
  }

  #take(message: string): void {
    const runIds = runIdsOf(message);
    if (runIds?.length) this.#listener.changed(runIds);
  }
}

/** The run ids of one `event: runs` message; null for comments and for events that we do not know. */
export function runIdsOf(message: string): string[] | null {
  const fields = message.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line));
  const value = (name: string) => fields.find((field) => field?.[1] === name)?.[2];
  if (value('event') !== 'runs') return null;
  try {
    const data = JSON.parse(value('data') ?? '') as { run_ids?: unknown };
    return Array.isArray(data.run_ids) ? data.run_ids.filter((id) => typeof id === 'string') : null;
  } catch {
    return null;
  }
}
