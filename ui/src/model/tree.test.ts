import { expect, it } from 'vitest';
import { sampleModelCall, sampleStep } from './samples';
import { ancestors, buildTree, isOrigin } from './tree';

const ids = (nodes: readonly { step: { id: string } }[]) => nodes.map((node) => node.step.id);

it('puts parents before children and keeps branches together', () => {
  const steps = [
    sampleStep(1),
    sampleStep(2, { kind: 'agent' }),
    sampleStep(3, { kind: 'agent' }),
    sampleStep(4, { parent_event_id: 's2' }),
  ];

  expect(ids(buildTree(steps).order)).toEqual(['s1', 's2', 's4', 's3']);
});

it('sums the tokens and the cost of counted steps up to the root', () => {
  const tree = buildTree([
    sampleStep(1),
    sampleStep(2, { kind: 'agent' }),
    sampleModelCall(3, { parent_event_id: 's2' }),
    sampleModelCall(4, { parent_event_id: 's2', cost_usd: 0.02 }),
    sampleModelCall(5, { counted: false }),
  ]);

  const { tokens, costUsd, unpriced } = tree.roots[0]!;
  expect({ tokens, costUsd, unpriced }).toEqual({ tokens: 240, costUsd: 0.03, unpriced: 0 });
});

it('never turns an unknown cost into zero', () => {
  const tree = buildTree([sampleStep(1), sampleModelCall(2, { cost_usd: null, tokens: {} })]);

  const { tokens, costUsd, unpriced } = tree.roots[0]!;
  expect({ tokens, costUsd, unpriced }).toEqual({ tokens: null, costUsd: null, unpriced: 1 });
});

it('does not count framework steps among the steps inside', () => {
  const tree = buildTree([
    sampleStep(1),
    sampleStep(2),
    sampleStep(3, { parent_event_id: 's2', kind: 'framework', status: 'failed' }),
  ]);

  expect([tree.roots[0]!.inside, tree.roots[0]!.failuresInside]).toEqual([1, 0]);
});

it('finds where a failure began', () => {
  const tree = buildTree([
    sampleStep(1, { status: 'failed' }),
    sampleStep(2, { status: 'failed' }),
    sampleStep(3, { parent_event_id: 's2', kind: 'framework', status: 'failed' }),
  ]);

  expect(ids(tree.order.filter((node) => isOrigin(node) && !node.step.framework))).toEqual(['s2']);
});

it('shows a step whose parent was never recorded at the top, and says so', () => {
  const tree = buildTree([sampleStep(1), sampleStep(2, { parent_event_id: 'lost' })]);

  expect(tree.roots.map((node) => [node.step.id, node.orphan])).toEqual([
    ['s1', false],
    ['s2', true],
  ]);
});

it.each([
  ['itself', [sampleStep(1, { parent_event_id: 's1' })]],
  ['each other', [sampleStep(1, { parent_event_id: 's2' }), sampleStep(2, { parent_event_id: 's1' })]],
])('loses no step whose parent is %s', (_, steps) => {
  expect(ids(buildTree(steps).order).sort()).toEqual(steps.map((step) => step.id));
});

it('builds a tree deeper than a call stack', () => {
  const steps = Array.from({ length: 20_000 }, (_, i) =>
    sampleStep(i + 1, { parent_event_id: i ? `s${i}` : null }),
  );

  const tree = buildTree(steps);

  expect([tree.order.length, tree.roots[0]!.inside]).toEqual([20_000, 19_999]);
});

it('lists what encloses a step, innermost first', () => {
  const tree = buildTree([
    sampleStep(1),
    sampleStep(2, { kind: 'agent' }),
    sampleStep(3, { parent_event_id: 's2' }),
  ]);

  expect(ids(ancestors(tree.byId.get('s3')))).toEqual(['s2', 's1']);
});
