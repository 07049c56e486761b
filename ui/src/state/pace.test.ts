import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from './pace';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('works at once, then at most once in each rest, however often it is asked', async () => {
  let times = 0;
  const pace = new Pace(() => Promise.resolve(void times++), 250);

  for (let asked = 0; asked < 90; asked++) {
    pace.ask();
    await vi.advanceTimersByTimeAsync(10);
  }

  expect(times).toBe(4);
});

it('works once more for what was asked while it was busy', async () => {
  let times = 0;
  const pace = new Pace(() => Promise.resolve(void times++), 250);

  pace.ask();
  pace.ask();
  await vi.advanceTimersByTimeAsync(1000);

  expect(times).toBe(2);
});
