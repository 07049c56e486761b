/** Addresses below /ui/: the only place where a selection is kept, so that a pasted link restores the view. */
export interface Route {
  readonly page: 'runs' | 'missing';
  readonly run: string | null;
  /** A step's id or its number. */
  readonly step: string | null;
  readonly tab: string | null;
  /** The text of the search box. */
  readonly q: string;
  readonly framework: boolean;
}

export const BASE = '/ui';
export const HOME: Route = { page: 'runs', run: null, step: null, tab: null, q: '', framework: false };

const SELECTION = /^\/runs(?:\/([0-9A-Za-z_-]+)(?:\/steps\/([0-9A-Za-z_-]+))?)?$/;

export function readRoute(path: string, search: string): Route {
  const below = path.replace(/^\/ui(?=\/|$)/, '').replace(/\/+$/, '');
  const parameters = new URLSearchParams(search);
  const shared = { q: parameters.get('q') ?? '', framework: parameters.get('fw') === '1' };
  if (below === '') return { ...HOME, ...shared };
  const match = SELECTION.exec(below);
  if (!match) return { ...HOME, page: 'missing' };
  const [, run = null, step = null] = match;
  return { page: 'runs', run, step, tab: step && parameters.get('tab'), ...shared };
}

export function writeRoute(route: Route): string {
  const parameters = new URLSearchParams();
  if (route.q) parameters.set('q', route.q);
  if (route.step && route.tab) parameters.set('tab', route.tab);
  if (route.framework) parameters.set('fw', '1');
  const step = route.run && route.step ? `/steps/${route.step}` : '';
  const run = route.run ? `/${route.run}` : '';
  // A colon is legal in a query, and `q=status:failed` is easier to read and to type.
  const text = parameters.toString().replaceAll('%3A', ':');
  return `${BASE}/runs${run}${step}${text ? `?${text}` : ''}`;
}
