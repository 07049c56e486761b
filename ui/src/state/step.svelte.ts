/** The selected step in full, and of a model call also the call before it, to tell what is new. */
import { asApiError, getStep, isAborted, type ApiError } from '../api/client';
import type { StepDetail } from '../api/types';
import { Pace } from './pace';

interface Wanted {
  readonly runId: string;
  readonly stepId: string;
  /** The model call before this one in the same conversation. */
  readonly previousId: string | null;
}

const REST_MS = 250;

export class OpenStep {
  /** The earlier step stays until the next one has been read. */
  detail = $state.raw<StepDetail | null>(null);
  previous = $state.raw<StepDetail | null>(null);
  error = $state.raw<ApiError | null>(null);
  readAt = $state(Date.now());

  #wanted: Wanted | null = null;
  #abort = new AbortController();
  #pace = new Pace(() => this.#read(), REST_MS);

  open(wanted: Wanted | null): void {
    const { runId, stepId, previousId } = wanted ?? {};
    if (
      this.#wanted?.runId === runId &&
      this.#wanted?.stepId === stepId &&
      this.#wanted?.previousId === previousId
    ) {
      return;
    }
    this.#wanted = wanted;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.error = null;
    if (wanted) void this.#read();
    else this.detail = null;
  }

  /** Whether what is shown is the step that is selected, and not yet the one before. */
  isCurrent(stepId: string | null): boolean {
    return this.detail?.step.id === stepId;
  }

  changed(runIds: readonly string[] | null): void {
    const open = this.detail?.step.status === 'running' || this.error;
    if (this.#wanted && open && (!runIds || runIds.includes(this.#wanted.runId))) this.#pace.ask();
  }

  async #read(): Promise<void> {
    const wanted = this.#wanted;
    const { signal } = this.#abort;
    if (!wanted) return;
    try {
      const [detail, previous] = await Promise.all([
        getStep(wanted.runId, wanted.stepId, signal),
        wanted.previousId ? getStep(wanted.runId, wanted.previousId, signal) : null,
      ]);
      this.detail = detail;
      this.previous = previous;
      this.readAt = Date.now();
      this.error = null;
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    }
  }
}
