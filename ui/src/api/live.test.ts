import { expect, it } from 'vitest';
import { runIdsOf } from './live';

it('reads which runs changed', () => {
  expect(runIdsOf('event: runs\ndata: {"run_ids":["a","b"]}')).toEqual(['a', 'b']);
});

it.each([': alive', 'event: other\ndata: {"run_ids":["a"]}', 'event: runs\ndata: {broken', 'event: runs'])(
  'ignores %j',
  (message) => {
    expect(runIdsOf(message)).toBeNull();
  },
);
