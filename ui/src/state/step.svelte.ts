/** The selected step in full, and what the rest of its run says about it: its context and where its values came from. */
import {
  asApiError,
  getContext,
  getCost,
  getProvenance,
  getStep,
  isAborted,
  type ApiError,
} from '../api/client';
import type { StepContext, StepCost, StepDetail, StepProvenance } from '../api/types';
import { Pace } from './pace';

interface Wanted {
  readonly runId: string;
  readonly stepId: string;
  /** A model call, which has a context. */
  readonly isCall: boolean;
  /** Of a tool step or a hand-off: the model call that chose it, and the first that could have been told of it. */
  readonly callerId: string | null;
  readonly readerId: string | null;
  /** Of a memory that is written: the step that last told what the key held. */
  readonly beforeId: string | null;
}

const REST_MS = 250;
/** A step is shown without what the run says about it when that takes longer. */
const PATIENCE_MS = 150;

export class OpenStep {
  /** The earlier step stays until the next one has been read. */
  detail = $state.raw<StepDetail | null>(null);
  /** What a model call was given, against the call before; of the step that it names. */
  context = $state.raw<StepContext | null>(null);
  /** The model call that the context is compared with. */
  previous = $state.raw<StepDetail | null>(null);
  provenance = $state.raw<StepProvenance | null>(null);
  /** What a model call costs; of the step that it names. */
  cost = $state.raw<StepCost | null>(null);
  caller = $state.raw<StepDetail | null>(null);
  reader = $state.raw<StepDetail | null>(null);
  before = $state.raw<StepDetail | null>(null);
  error = $state.raw<ApiError | null>(null);
  readAt = $state(Date.now());

  #wanted: Wanted | null = null;
  #abort = new AbortController();
  #pace = new Pace(() => this.#read(), REST_MS);

  open(wanted: Wanted | null): void {
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
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
    const around = Promise.all([
      this.#readContext(wanted, signal),
      this.#readProvenance(wanted, signal),
      this.#readCost(wanted, signal),
      this.#readNeighbours(wanted, signal),
    ]);
    try {
      const detail = await getStep(wanted.runId, wanted.stepId, signal);
      await Promise.race([around, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
      if (wanted !== this.#wanted) return;
      this.detail = detail;
      this.readAt = Date.now();
      this.error = null;
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    }
  }

  async #readContext({ runId, stepId, isCall }: Wanted, signal: AbortSignal): Promise<void> {
    if (!isCall) return;
    const context = await unless(getContext(runId, stepId, signal));
    const before = context?.previous_step_id;
    const previous = before ? await unless(getStep(runId, before, signal)) : null;
    if (!signal.aborted) [this.context, this.previous] = [context, previous];
  }

  async #readProvenance({ runId, stepId }: Wanted, signal: AbortSignal): Promise<void> {
    const provenance = await unless(getProvenance(runId, stepId, signal));
    if (!signal.aborted) this.provenance = provenance;
  }

  async #readCost({ runId, stepId, isCall }: Wanted, signal: AbortSignal): Promise<void> {
    if (!isCall) return;
    const cost = await unless(getCost(runId, stepId, signal));
    if (!signal.aborted) this.cost = cost;
  }

  async #readNeighbours({ runId, callerId, readerId, beforeId }: Wanted, signal: AbortSignal): Promise<void> {
    const [caller = null, reader = null, before = null] = await Promise.all(
      [callerId, readerId, beforeId].map((id) => (id ? unless(getStep(runId, id, signal)) : null)),
    );
    if (!signal.aborted) [this.caller, this.reader, this.before] = [caller, reader, before];
  }
}

/** Null when it cannot be read: the step is shown without it, and says itself what is wrong with the server. */
async function unless<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch {
    return null;
  }
}
