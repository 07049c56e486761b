/** Joins the states: what is selected decides what is read, and what changed is read again. */
import { untrack } from 'svelte';
import { exportRun, getInfo } from '../api/client';
import type { Run, ServerInfo, StepKind } from '../api/types';
import { bySession } from '../model/list';
import { pairOf, toggleMark, type Marks } from '../model/marks';
import { rowsOf, type Row } from '../model/outline';
import { callerOf, readerOf, receiverOf } from '../model/pairing';
import type { Range } from '../model/axis';
import { listsRuns, type View } from '../model/routes';
import type { TabId } from '../model/tabs';
import { findStep, memoryBefore } from '../model/walk';
import { Clock } from '../state/clock.svelte';
import { Connection } from '../state/connection.svelte';
import { Preferences } from '../state/preferences.svelte';
import { OpenRun } from '../state/run.svelte';
import { Runs } from '../state/runs.svelte';
import { save } from './save';
import { Selection } from '../state/selection.svelte';
import { OpenStep } from '../state/step.svelte';

export class Workspace {
  readonly selection = new Selection();
  readonly preferences = new Preferences();
  readonly clock = new Clock();
  readonly runs = new Runs();
  readonly run: OpenRun = new OpenRun(
    () => this.follow,
    () => this.preferences.opensAt,
  );
  readonly step = new OpenStep();
  readonly connection = new Connection((runIds) => {
    this.runs.changed(runIds);
    this.run.changed(runIds);
    this.step.changed(runIds);
  });

  /** How the server was set up; null until it has told. */
  info = $state.raw<ServerInfo | null>(null);
  /** The runs that were marked to be compared. */
  marks = $state.raw<Marks>([]);
  /** Keep the newest step of a running run in sight. */
  follow = $state(true);
  /** The newest run when the page was opened without naming one; it stays while others arrive. */
  #firstRun = $state<string | null>(null);
  /** The part that was last looked at, for each kind of step. */
  #tabs = $state.raw<{ readonly [Kind in StepKind]?: TabId }>({});

  /** The runs in the order in which the list shows them. */
  readonly listed: readonly Run[] = $derived(
    this.preferences.bySession ? bySession(this.runs.items) : this.runs.items,
  );
  readonly runId = $derived(this.selection.route.run ?? this.#firstRun);
  readonly node = $derived(
    findStep(this.run.tree, this.selection.route.step) ?? findStep(this.run.tree, this.run.firstStepId),
  );
  readonly rows: readonly Row[] = $derived(
    rowsOf(this.run.tree, {
      folds: this.run.folds,
      framework: this.selection.route.framework,
      keep: this.node?.step.id ?? null,
      repeats: this.preferences.repeats,
    }),
  );
  readonly tab = $derived(
    this.selection.route.tab ?? (this.node ? this.#tabs[this.node.step.kind] : null) ?? null,
  );
  readonly isEmpty = $derived(this.runs.loaded && this.runs.stats?.total_runs === 0);

  /** Call while a component is being set up: the wiring lives as long as the component. */
  start(): void {
    $effect(() => {
      this.connection.open();
      return () => this.connection.close();
    });
    $effect(() => this.runs.search(this.selection.route.q));
    $effect(() => {
      this.#firstRun ??= this.runs.items[0]?.id ?? null;
    });
    $effect(() => {
      this.run.open(this.runId);
      this.follow = true;
    });
    // A link to a step leads into branches that are folded; whoever folds them afterwards is left alone.
    $effect(() => {
      void this.node?.step.id;
      untrack(() => this.run.reveal(this.node));
    });
    $effect(() => this.#openStep());
    $effect(() => {
      if (this.connection.state === 'live') void this.#readInfo();
    });
    $effect(() => this.clock.tick(this.run.isLive || this.connection.state === 'lost'));
  }

  selectStep(id: string | undefined, replace = false): void {
    const run = this.run.run?.id;
    if (!id || !run) return;
    this.follow = false;
    this.run.reveal(this.run.tree.byId.get(id));
    this.selection.go({ page: 'runs', run, step: id, tab: null }, { replace });
  }

  selectRun(id: string, replace = false): void {
    this.selection.go({ page: 'runs', run: id, step: null, tab: null, zoom: null }, { replace });
  }

  /** Another view of the run that is open, with the same step. */
  show(view: View): void {
    const run = this.run.run?.id;
    if (run) this.selection.go({ page: 'runs', run, view });
  }

  /** Show a part of the run's clock; null for all of it. */
  setZoom(zoom: Range | null): void {
    const run = this.run.run?.id;
    if (run) this.selection.go({ run, zoom }, { replace: true });
  }

  /** The marked runs, else the open one with the last good one that the server finds. */
  compare(): void {
    const pair = pairOf(this.marks, this.run.run?.id ?? this.runId);
    if (pair) this.selection.go({ page: 'compare', run: pair[0], other: pair[1], step: null, tab: null });
  }

  mark(): void {
    const here = this.run.run?.id ?? this.runId;
    if (here) this.marks = toggleMark(this.marks, here);
  }

  /** Save the open run as a file. Raises ApiError. */
  async export(): Promise<void> {
    const run = this.run.run;
    if (run)
      save(await exportRun(run.id), `${run.name.replace(/[^\w.-]+/g, '-')}-${run.id.slice(0, 8)}.json`);
  }

  search(text: string): void {
    const page = listsRuns(this.selection.route) ? this.selection.route.page : 'runs';
    this.selection.go({ page, q: text }, { replace: true });
  }

  chooseTab(tab: TabId): void {
    const step = this.node?.step;
    const run = this.run.run?.id;
    if (!step || !run) return;
    this.#tabs = { ...this.#tabs, [step.kind]: tab };
    this.selection.go({ run, step: step.id, tab }, { replace: true });
  }

  async #readInfo(): Promise<void> {
    try {
      this.info = await getInfo();
    } catch {
      // The connection says what is wrong; this can wait until the server answers again.
    }
  }

  #openStep(): void {
    const runId = this.run.run?.id;
    const step = this.node?.step;
    const named = this.selection.route.step;
    if (!runId || (!step && !named)) return this.step.open(null);
    const { tree } = this.run;
    const reader = step && (step.kind === 'handoff' ? receiverOf : step.tool_name ? readerOf : null);
    const around = step && reader ? [callerOf(tree, step)?.id, reader(tree, step)?.id] : [];
    // A step that the outline does not know is asked for all the same: the server says what is wrong with it.
    this.step.open({
      runId,
      stepId: step?.id ?? named ?? '',
      isCall: step?.kind === 'llm',
      callerId: around[0] ?? null,
      readerId: around[1] ?? null,
      beforeId: (step?.type === 'memory_write' && memoryBefore(tree, step)?.id) || null,
    });
  }
}
