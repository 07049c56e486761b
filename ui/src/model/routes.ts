/** Addresses below /ui/: the only place where a selection is kept, so that a pasted link restores the view. */
import type { Range } from './axis';

export type Page = 'runs' | 'compare' | 'sessions' | 'statistics' | 'settings' | 'welcome' | 'missing';

/** What is shown of the open run. */
export type View = 'timeline' | 'conversation' | 'lanes' | 'findings' | 'spans';

export interface Route {
  readonly page: Page;
  /** On the page of a comparison, run A. */
  readonly run: string | null;
  readonly view: View;
  /** The part of the clock that is shown; null for all of it. */
  readonly zoom: Range | null;
  /** A step's id or its number. */
  readonly step: string | null;
  readonly tab: string | null;
  /** The text of the search box. */
  readonly q: string;
  readonly framework: boolean;
  /** Run B of a comparison; null for the server to choose one. */
  readonly other: string | null;
  /** How far statistics look back, such as `7d`. */
  readonly period: string | null;
}

export const BASE = '/ui';
export const HOME: Route = {
  page: 'runs',
  run: null,
  view: 'timeline',
  zoom: null,
  step: null,
  tab: null,
  q: '',
  framework: false,
  other: null,
  period: null,
};

const PLAIN: readonly Page[] = ['sessions', 'statistics', 'settings', 'welcome'];
const COMPARISON = /^\/compare\/([0-9A-Za-z_-]+)(?:\/([0-9A-Za-z_-]+))?$/;
const VIEWS: readonly View[] = ['conversation', 'lanes', 'findings', 'spans'];
const SELECTION =
  /^\/runs(?:\/([0-9A-Za-z_-]+)(?:\/(conversation|lanes|findings|spans))?(?:\/steps\/([0-9A-Za-z_-]+))?)?$/;

export function readRoute(path: string, search: string): Route {
  const below = path.replace(/^\/ui(?=\/|$)/, '').replace(/\/+$/, '');
  const parameters = new URLSearchParams(search);
  const shared = { q: parameters.get('q') ?? '', framework: parameters.get('fw') === '1' };
  if (below === '') return { ...HOME, ...shared };
  const page = PLAIN.find((name) => below === `/${name}`);
  if (page) return { ...HOME, ...shared, page, period: parameters.get('last') };
  const compared = COMPARISON.exec(below);
  if (compared) {
    return { ...HOME, ...shared, page: 'compare', run: compared[1] ?? null, other: compared[2] ?? null };
  }
  const match = SELECTION.exec(below);
  if (!match) return { ...HOME, page: 'missing' };
  const [, run = null, named, step = null] = match;
  const view = VIEWS.find((candidate) => candidate === named) ?? 'timeline';
  const zoom = run ? readZoom(parameters.get('zoom')) : null;
  return { ...HOME, run, view, zoom, step, tab: step && parameters.get('tab'), ...shared };
}

export function writeRoute(route: Route): string {
  const parameters = new URLSearchParams();
  const isList = route.page === 'runs' || route.page === 'missing';
  if (route.q) parameters.set('q', route.q);
  if (isList && route.step && route.tab) parameters.set('tab', route.tab);
  if (isList && route.run && route.zoom) {
    parameters.set('zoom', `${Math.round(route.zoom.fromMs)}-${Math.round(route.zoom.toMs)}`);
  }
  if (route.framework) parameters.set('fw', '1');
  if (route.page === 'statistics' && route.period) parameters.set('last', route.period);
  // A colon is legal in a query, and `q=status:failed` is easier to read and to type.
  const text = parameters.toString().replaceAll('%3A', ':');
  return `${BASE}${pathOf(route)}${text ? `?${text}` : ''}`;
}

/** Milliseconds from the start of the run, such as `1000-4500`. */
function readZoom(text: string | null): Range | null {
  const [, from, to] = /^(\d{1,12})-(\d{1,12})$/.exec(text ?? '') ?? [];
  const range = { fromMs: Number(from), toMs: Number(to) };
  return range.fromMs < range.toMs ? range : null;
}

function pathOf({ page, run, view, step, other }: Route): string {
  if (page === 'compare') return `/compare/${run}${other ? `/${other}` : ''}`;
  if (page !== 'runs' && page !== 'missing') return `/${page}`;
  if (!run) return '/runs';
  return `/runs/${run}${view === 'timeline' ? '' : `/${view}`}${step ? `/steps/${step}` : ''}`;
}

/** Whether the list of runs stands beside the page; pages of sums and comparisons take the whole width. */
export function listsRuns({ page }: Route): boolean {
  return page !== 'compare' && page !== 'sessions' && page !== 'statistics';
}

/** What the browser's tab says. */
export function titleOf({ page }: Route, runName: string | null): string {
  const name = page === 'runs' ? runName : page === 'missing' ? null : page;
  const title = name && page !== 'runs' ? name[0]!.toUpperCase() + name.slice(1) : name;
  return title ? `${title} · Agent Inspector` : 'Agent Inspector';
}
