import { expect, it } from 'vitest';
import { HOME, readRoute, writeRoute, type Route } from './routes';

const cases: [string, Partial<Route>][] = [
  ['/ui/runs', {}],
  ['/ui/runs?q=status:failed+refund', { q: 'status:failed refund' }],
  ['/ui/runs/8c41', { run: '8c41' }],
  ['/ui/runs/8c41/steps/26?tab=tools', { run: '8c41', step: '26', tab: 'tools' }],
  ['/ui/runs/8c41/lanes', { run: '8c41', view: 'lanes' }],
  ['/ui/runs/8c41/conversation', { run: '8c41', view: 'conversation' }],
  ['/ui/runs/8c41/findings/steps/26?tab=raw', { run: '8c41', view: 'findings', step: '26', tab: 'raw' }],
  ['/ui/runs/8c41/findings?q=a', { run: '8c41', view: 'findings', q: 'a' }],
  [
    '/ui/runs/8c41/steps/51c07be2a94f3d18?q=a+%26+b&fw=1',
    { run: '8c41', step: '51c07be2a94f3d18', q: 'a & b', framework: true },
  ],
  ['/ui/runs/8c41/lanes?zoom=1000-4500', { run: '8c41', view: 'lanes', zoom: { fromMs: 1000, toMs: 4500 } }],
  ['/ui/compare/8c41', { page: 'compare', run: '8c41' }],
  ['/ui/compare/8c41/77d0', { page: 'compare', run: '8c41', other: '77d0' }],
  ['/ui/sessions', { page: 'sessions' }],
  ['/ui/statistics?last=30d', { page: 'statistics', period: '30d' }],
  ['/ui/settings?q=refund', { page: 'settings', q: 'refund' }],
  ['/ui/welcome', { page: 'welcome' }],
];

it.each(cases)('reads and writes %s', (address, given) => {
  const route: Route = { ...HOME, ...given };
  const [path = '', search = ''] = address.split('?');

  expect(readRoute(path, search)).toEqual(route);
  expect(writeRoute(route)).toBe(address);
});

it.each(['/ui', '/ui/', '/ui/runs/'])('takes %s for the list of runs', (path) => {
  expect(readRoute(path, '')).toEqual(HOME);
});

it.each(['/ui/nowhere', '/ui/runs/8c41/steps', '/ui/runs/a/b/c', '/ui/runs/8c41/timeline'])(
  'knows no page %s',
  (path) => {
    expect(readRoute(path, '').page).toBe('missing');
  },
);

it.each(['9-3', '1-', 'a-b', '-1-5'])('shows the whole clock for a zoom of %s', (zoom) => {
  expect(readRoute('/ui/runs/8c41', `?zoom=${zoom}`).zoom).toBeNull();
});
