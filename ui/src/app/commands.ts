/** What each command of the keyboard does. */
import type { Command } from '../model/keys';
import { nextFinding } from '../model/findings';
import { neighbourRun } from '../model/list';
import { foldOf, parentRow, type Row } from '../model/outline';
import { fieldOf, withField } from '../model/query';
import type { View } from '../model/routes';
import { neighbour, nextError, nextOfTool } from '../model/walk';
import { focusNextPanel } from './focus';
import type { Workspace } from './workspace.svelte';

/** What only the page itself can do. */
export interface Page {
  focusSearch(): void;
  focusView(): void;
  help(): void;
  palette(): void;
  toggleRuns(): void;
  toggleStep(): void;
  widenStep(): void;
  escape(): void;
}

type Commands<Prefix extends string> = Record<Extract<Command, `${Prefix}.${string}`>, () => void>;

export function commandsOf(work: Workspace, page: Page): Record<Command, () => void> {
  return {
    ...stepCommands(work),
    ...runCommands(work),
    ...viewCommands(work, page),
    ...zoomCommands(work),
    ...pageCommands(work, page),
  };
}

function stepCommands(work: Workspace): Commands<'step' | 'error' | 'finding' | 'branch'> {
  const here = () => work.node?.step.id ?? null;
  const to = (row: Row | undefined) => work.selectStep(row?.node.step.id, true);
  const row = () => work.rows.find((candidate) => candidate.node.step.id === here());
  const toError = (direction: 1 | -1) =>
    work.selectStep(nextError(work.run.tree, here(), direction)?.step.id, true);
  return {
    'step.next': () => to(neighbour(work.rows, here(), 1)),
    'step.previous': () => to(neighbour(work.rows, here(), -1)),
    'step.first': () => to(work.rows[0]),
    'step.last': () => to(work.rows.at(-1)),
    'step.parent': () => to(parentRow(work.rows, row())),
    'step.same': () => work.selectStep(nextOfTool(work.run.tree, work.node?.step)?.id, true),
    'branch.open': () => openBranch(work, row()),
    'branch.close': () => closeBranch(work, row()),
    'error.next': () => toError(1),
    'error.previous': () => toError(-1),
    'finding.next': () => work.selectStep(nextFinding(work.run.findings, here(), 1), true),
    'finding.previous': () => work.selectStep(nextFinding(work.run.findings, here(), -1), true),
  };
}

/** As in every tree: open what is closed, else go inside. */
function openBranch(work: Workspace, row: Row | undefined): void {
  if (!row?.expandable) return;
  if (row.open) work.selectStep(neighbour(work.rows, row.node.step.id, 1)?.node.step.id, true);
  else work.run.toggle(foldOf(row), true);
}

/** Close what is open, else go to what encloses it. */
function closeBranch(work: Workspace, row: Row | undefined): void {
  if (row?.open) work.run.toggle(row.node.step.id, false);
  else work.selectStep(parentRow(work.rows, row)?.node.step.id, true);
}

function runCommands(work: Workspace): Commands<'run'> {
  const move = (by: number) => {
    const next = neighbourRun(work.listed, work.run.run?.id ?? work.runId, by);
    if (next) work.selectRun(next.id, true);
  };
  return {
    'run.next': () => move(1),
    'run.previous': () => move(-1),
    'run.mark': () => work.mark(),
    'run.compare': () => work.compare(),
    'run.sessions': () => work.preferences.toggleSessions(),
    'run.export': () => void work.export().catch(() => {}),
    'run.failed': () => {
      const { q } = work.selection.route;
      work.search(withField(q, 'status', fieldOf(q, 'status') === 'failed' ? null : 'failed'));
    },
  };
}

function viewCommands(work: Workspace, page: Page): Commands<'view'> {
  const show = (view: View) => () => {
    work.show(view);
    requestAnimationFrame(page.focusView);
  };
  return {
    'view.timeline': show('timeline'),
    'view.conversation': show('conversation'),
    'view.lanes': show('lanes'),
    'view.findings': show('findings'),
    'view.spans': show('spans'),
  };
}

function zoomCommands(work: Workspace): Commands<'zoom'> {
  const by = (factor: number) => () => void import('./zoom').then(({ zoomBy }) => zoomBy(work, factor));
  return { 'zoom.in': by(0.5), 'zoom.out': by(2), 'zoom.all': () => work.setZoom(null) };
}

type PageCommand = Exclude<
  Command,
  `${'step' | 'error' | 'finding' | 'branch' | 'run' | 'view' | 'zoom'}.${string}`
>;

function pageCommands(work: Workspace, page: Page): Record<PageCommand, () => void> {
  const { selection, preferences } = work;
  return {
    framework: () => selection.go({ framework: !selection.route.framework }, { replace: true }),
    repeats: () => preferences.toggleRepeats(),
    critical: () => preferences.toggleCritical(),
    new: () => preferences.toggleOnlyNew(),
    raw: () => work.chooseTab('raw'),
    link: () => void navigator.clipboard.writeText(location.href),
    search: page.focusSearch,
    help: page.help,
    palette: page.palette,
    'go.runs': () => selection.go({ page: 'runs' }),
    'go.sessions': () => selection.go({ page: 'sessions' }),
    'go.statistics': () => selection.go({ page: 'statistics' }),
    'go.settings': () => selection.go({ page: 'settings' }),
    theme: () => preferences.nextTheme(),
    'panel.runs': page.toggleRuns,
    'panel.widen': page.widenStep,
    'panel.step': page.toggleStep,
    'panel.next': focusNextPanel,
    escape: page.escape,
  };
}
