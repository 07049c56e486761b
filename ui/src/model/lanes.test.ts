import { expect, it } from 'vitest';
import { barAt, lanesOf, linksOf, marksOf, moved, rowOf, zoomed } from './lanes';
import { sampleFinding, sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

const tree = buildTree([
  sampleStep(1, { agent: 'desk', offset_ms: 0, duration_ms: 1000 }),
  sampleModelCall(2, { agent: 'desk', offset_ms: 10, duration_ms: 90 }),
  sampleStep(3, { kind: 'agent', agent: 'billing', offset_ms: 100, duration_ms: 500, status: 'failed' }),
  sampleModelCall(4, { agent: 'billing', parent_event_id: 's3', offset_ms: 100, duration_ms: 100 }),
  sampleStep(5, {
    agent: 'billing',
    parent_event_id: 's3',
    offset_ms: 200,
    duration_ms: 0,
    status: 'failed',
  }),
]);
const lanes = lanesOf(tree);

it('gives each agent a lane, model calls above tools', () => {
  expect(
    lanes.map(({ agent, bars }) => [agent.name, bars.map(({ id, row, tone }) => [id, row, tone])]),
  ).toEqual([
    ['desk', [['s2', 0, 'llm']]],
    ['billing', [['s4', 0, 'llm'], ['s5', 1, 'err']]], // prettier-ignore
  ]);
  expect(lanes[1]?.spells).toEqual([{ fromMs: 100, toMs: 600, failed: true }]);
});

it('leads from the caller to the called and back', () => {
  expect(
    linksOf(tree, lanes).map(({ atMs, from, to, isReturn, failed }) => [atMs, from, to, isReturn, failed]),
  ).toEqual([
    [100, 0, 1, false, false],
    [600, 1, 0, true, true],
  ]);
});

it('finds what a click meets, also a bar too short to be hit', () => {
  expect(barAt(lanes[1], rowOf(0).top + 3, 150, 1)?.id).toBe('s4');
  expect(barAt(lanes[1], rowOf(1).top + 3, 203, 1)?.id).toBe('s5');
  expect(barAt(lanes[1], rowOf(1).top + 3, 210, 1)).toBeUndefined();
  expect(barAt(undefined, 20, 0, 1)).toBeUndefined();
});

it('zooms around a moment and stays on the clock', () => {
  expect(zoomed({ fromMs: 0, toMs: 1000 }, 0.5, 500, 1000)).toEqual({ fromMs: 250, toMs: 750 });
  expect(zoomed({ fromMs: 250, toMs: 750 }, 4, 500, 1000)).toEqual({ fromMs: 0, toMs: 1000 });
  expect(moved({ fromMs: 250, toMs: 750 }, 900, 1000)).toEqual({ fromMs: 500, toMs: 1000 });
});

it('puts the numbers of findings where their steps begin, beside each other and inside the lane', () => {
  const found = new Map([
    ['s4', [sampleFinding(1, 's4'), sampleFinding(2, 's4')]],
    ['s5', [sampleFinding(3, 's5')]],
  ]);
  const places = (toMs: number, width: number) =>
    marksOf(lanes[1]!, found, { fromMs: 0, toMs }, width).map(({ finding, left }) => [finding.number, left]);

  expect(places(1000, 1000)).toEqual([[1, 100], [2, 124], [3, 200]]); // prettier-ignore
  expect(places(1000, 100)).toEqual([[1, 10], [2, 34], [3, 58]]); // prettier-ignore
  expect(places(1000, 50)).toEqual([[2, 2], [3, 26]]); // prettier-ignore
  expect(places(150, 100)).toEqual([[1, 52], [2, 76]]); // prettier-ignore
});
