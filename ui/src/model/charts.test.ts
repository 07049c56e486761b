import { expect, it } from 'vitest';
import { columnsOf, periodOf, share } from './charts';

it('draws the largest value as high as the box', () => {
  const columns = columnsOf([0, 5, null, 10], [0, 5, 0, 1]);

  expect(columns.map(({ y, height, split }) => [y, height, split])).toEqual([
    [100, 0, 0],
    [50, 50, 50],
    [100, 0, 0],
    [0, 100, 10],
  ]);
});

it('draws nothing where there is nothing', () => {
  expect(columnsOf([0, 0]).map(({ height }) => height)).toEqual([0, 0]);
  expect(columnsOf([])).toEqual([]);
});

it('looks back a week unless told otherwise', () => {
  expect([periodOf(null).id, periodOf('30d').id, periodOf('never').id]).toEqual(['7d', '30d', '7d']);
});

it('says a share in whole percent', () => {
  expect([share(1, 3), share(1, 1000), share(0, 5), share(0, 0)]).toEqual(['33 %', '<1 %', '0 %', '']);
});
