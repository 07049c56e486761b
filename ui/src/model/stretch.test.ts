import { expect, it } from 'vitest';
import { firstAtOrAfter } from './stretch';

it('finds a place of many in few looks', async () => {
  const numbers = Array.from({ length: 20_000 }, (_, place) => place * 3);
  let looks = 0;
  const place = await firstAtOrAfter(29_998, numbers.length, (at) => {
    looks++;
    return Promise.resolve(numbers[at] ?? Infinity);
  });

  expect(numbers[place]).toBe(29_999 + 1);
  expect(looks).toBeLessThan(17);
});

it('is at the end of a list that has no such number, and at the start of one that begins with it', async () => {
  const at = (place: number) => Promise.resolve(place);

  expect(await firstAtOrAfter(99, 10, at)).toBe(10);
  expect(await firstAtOrAfter(0, 10, at)).toBe(0);
  expect(await firstAtOrAfter(0, 0, at)).toBe(0);
});
