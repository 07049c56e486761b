/** The open run: its summary, its outline and what of it is folded. */
import { asApiError, getFindings, getOutline, getRun, isAborted, type ApiError } from '../api/client';
import type { Run, RunFindings, Step } from '../api/types';
import { openTo, seedFolds, type Folds } from '../model/outline';
import { buildTree, emptyTree, type Node, type Tree } from '../model/tree';
import { firstStep } from '../model/walk';
import { Pace } from './pace';

const REST_MS = 250;
const FIRST_STEPS = 500;

export class OpenRun {
  run = $state.raw<Run | null>(null);
  tree = $state.raw<Tree>(emptyTree);
  folds = $state.raw<Folds>(new Map());
  error = $state.raw<ApiError | null>(null);
  /** What rules see in it; null until they have looked. */
  findings = $state.raw<RunFindings | null>(null);
  findingsError = $state.raw<ApiError | null>(null);
  /** When the outline was read: open steps have grown since. */
  readAt = $state(Date.now());
  /** The step that the run opens with; it stays while the run goes on. */
  firstStepId = $state<string | null>(null);

  #wanted: string | null = null;
  #abort = new AbortController();
  #pace = new Pace(() => this.#read(), REST_MS);

  /** Open a run by its id or the beginning of one. */
  open(reference: string | null): void {
    if (reference === this.#wanted || (reference && reference === this.run?.id)) return;
    this.#wanted = reference;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.run = null;
    this.tree = emptyTree;
    this.folds = new Map();
    this.error = null;
    this.firstStepId = null;
    this.findings = null;
    this.findingsError = null;
    if (reference) void this.#read();
  }

  changed(runIds: readonly string[] | null): void {
    const id = this.run?.id ?? this.#wanted;
    if (id && (!runIds || runIds.some((changed) => changed.startsWith(id)))) this.#pace.ask();
  }

  toggle(id: string, open: boolean): void {
    this.folds = new Map([...this.folds, [id, open]]);
  }

  /** Open every branch on the way to a step. */
  reveal(node: Node | undefined): void {
    if (node) this.folds = openTo(node, this.folds);
  }

  get isLive(): boolean {
    return this.run?.status === 'running';
  }

  /** `isAll`: only then is it known where the run failed first. */
  #show(run: Run, steps: readonly Step[], isAll: boolean): void {
    const tree = buildTree(steps);
    this.folds = seedFolds(tree, this.folds, run.status === 'running');
    if (!this.firstStepId && isAll) this.#begin(firstStep(tree, run.status));
    this.run = run;
    this.tree = tree;
    this.readAt = Date.now();
    this.error = null;
  }

  #begin(node: Node | undefined): void {
    this.firstStepId = node?.step.id ?? null;
    this.reveal(node);
  }

  /** They come after the timeline, which does not wait for them; without them it is as it was. */
  async #readFindings(reference: string, signal: AbortSignal): Promise<void> {
    try {
      const found = await getFindings(reference, signal);
      if (reference !== this.#wanted) return;
      const isFirst = this.findings === null;
      this.findings = found;
      this.findingsError = null;
      const suspect = this.tree.byId.get(found.first_suspect?.step_id ?? '');
      if (isFirst && suspect && this.run?.status === 'failed') this.#begin(suspect);
    } catch (error) {
      // The run is shown without findings; only their own view says why.
      if (!isAborted(error)) this.findingsError = asApiError(error);
    }
  }

  async #read(): Promise<void> {
    const reference = this.#wanted;
    const { signal } = this.#abort;
    if (!reference) return;
    try {
      // Of a run that is being opened, the first steps come ahead of the others, which may be many.
      const limit = this.run ? null : FIRST_STEPS;
      const [run, first] = await Promise.all([
        getRun(reference, signal),
        getOutline(reference, limit, signal),
      ]);
      const isAll = first.events.length >= first.total;
      this.#show(run, first.events, isAll);
      if (!isAll) this.#show(run, (await getOutline(reference, null, signal)).events, true);
      void this.#readFindings(reference, signal);
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    }
  }
}
