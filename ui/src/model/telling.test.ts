import { expect, it } from 'vitest';
import { sampleStep } from './samples';
import { inTelling } from './telling';
import { buildTree } from './tree';

const agent = (number: number, offset_ms: number) =>
  sampleStep(number, { kind: 'agent', parent_event_id: 's1', offset_ms });
const within = (number: number, parent: number, offset_ms: number) =>
  sampleStep(number, { parent_event_id: `s${parent}`, offset_ms });

const tree = buildTree([
  sampleStep(1, { kind: 'agent', offset_ms: 0 }),
  agent(2, 10),
  agent(3, 20),
  within(4, 2, 30),
  within(5, 3, 40),
  within(6, 2, 50),
  within(7, 1, 60),
]);

it('tells what agents did at the same time one after the other', () => {
  const lines = [4, 5, 6, 7].map((number) => ({ number, node: tree.byId.get(`s${number}`) }));

  expect(inTelling(lines).map(({ number }) => number)).toEqual([4, 6, 5, 7]);
});

it('keeps the order of what began at once, and puts last what the outline lacks', () => {
  const node = tree.byId.get('s4');
  const lines = [
    { key: 'new', node: undefined },
    { key: 'first', node },
    { key: 'second', node },
  ];

  expect(inTelling(lines).map(({ key }) => key)).toEqual(['first', 'second', 'new']);
});
