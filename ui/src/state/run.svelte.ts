/** The open run: its summary, its outline and what of it is folded. */
import {
  asApiError,
  getFindings,
  getOutline,
  getRun,
  isAborted,
  MOST_STEPS,
  type ApiError,
} from '../api/client';
import type { Run, RunFindings, Step } from '../api/types';
import { foldDone, openTo, seedFolds, type Folds } from '../model/outline';
import { ancestors, buildTree, emptyTree, type Node, type Tree } from '../model/tree';
import { firstStep } from '../model/walk';
import { Pace } from './pace';
import type { OpensAt } from './preferences.svelte';

const REST_MS = 250;
const FIRST_STEPS = 500;
/** A run is shown without its findings when they take longer: the timeline moves down once they come. */
const PATIENCE_MS = 250;

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

  /** Branches that a person opened or closed, or that lead to a step that was chosen. */
  #chosen = new Set<string>();
  #wanted: string | null = null;
  #abort = new AbortController();
  #pace = new Pace(() => this.#read(), REST_MS);

  /**
   * `follows`: the newest step is kept in sight, so agents whose work is done may be folded; else somebody reads.
   * `opensAt`: where one that failed opens.
   */
  constructor(
    private readonly follows: () => boolean,
    private readonly opensAt: () => OpensAt,
  ) {}

  /** Open a run by its id or the beginning of one. */
  open(reference: string | null): void {
    if (reference === this.#wanted || (reference && reference === this.run?.id)) return;
    this.#wanted = reference;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.run = null;
    this.tree = emptyTree;
    this.folds = new Map();
    this.#chosen.clear();
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
    this.#chosen.add(id);
    this.folds = new Map([...this.folds, [id, open]]);
  }

  /** Open every branch on the way to a step. */
  reveal(node: Node | undefined): void {
    for (const { step } of ancestors(node)) this.#chosen.add(step.id);
    if (node) this.folds = openTo(node, this.folds);
  }

  get isLive(): boolean {
    return this.run?.status === 'running';
  }

  /** `isAll`: only then is it known where the run failed first. */
  #show(run: Run, steps: readonly Step[], isAll: boolean): void {
    const tree = buildTree(steps);
    const live = run.status === 'running';
    const folds = seedFolds(tree, this.folds, live);
    this.folds = live && this.follows() ? foldDone(tree, folds, this.#chosen) : folds;
    const atStart = run.status === 'failed' && this.opensAt() === 'start';
    if (!this.firstStepId && isAll) this.#begin(atStart ? tree.roots[0] : firstStep(tree, run.status));
    this.run = run;
    this.tree = tree;
    this.readAt = Date.now();
    this.error = null;
  }

  #begin(node: Node | undefined): void {
    this.firstStepId = node?.step.id ?? null;
    this.reveal(node);
  }

  /** What rules say, or why they cannot; the run is shown without them, and only their own view says why. */
  async #readFindings(reference: string, signal: AbortSignal): Promise<() => void> {
    try {
      const found = await getFindings(reference, signal);
      return () => this.#judge(reference, found);
    } catch (error) {
      return () => {
        if (!isAborted(error)) this.findingsError = asApiError(error);
      };
    }
  }

  #judge(reference: string, found: RunFindings): void {
    if (reference !== this.#wanted) return;
    const isFirst = this.findings === null;
    this.findings = found;
    this.findingsError = null;
    const suspect = this.tree.byId.get(found.first_suspect?.step_id ?? '');
    const wanted = this.run?.status === 'failed' && this.opensAt() === 'suspect';
    if (isFirst && suspect && wanted) this.#begin(suspect);
  }

  async #read(): Promise<void> {
    const reference = this.#wanted;
    const { signal } = this.#abort;
    if (!reference) return;
    try {
      // Of a run that is being opened, the first steps come ahead of the others, which may be many.
      const limit = this.run ? MOST_STEPS : FIRST_STEPS;
      const [run, first] = await Promise.all([
        getRun(reference, signal),
        getOutline(reference, limit, signal),
      ]);
      const isAll = first.events.length >= first.total;
      // Asked for after the first steps, which come sooner when the server has nothing else to do.
      const findings = isAll ? this.#readFindings(reference, signal) : null;
      const early = !this.run && findings ? await Promise.race([findings, wait(PATIENCE_MS)]) : null;
      if (signal.aborted) return;
      this.#show(run, first.events, isAll);
      early?.();
      if (!isAll) this.#show(run, (await getOutline(reference, MOST_STEPS, signal)).events, true);
      if (!early) void (findings ?? this.#readFindings(reference, signal)).then((judge) => judge());
    } catch (error) {
      if (!isAborted(error)) this.error = asApiError(error);
    }
  }
}

function wait(ms: number): Promise<null> {
  return new Promise((done) => setTimeout(() => done(null), ms));
}
