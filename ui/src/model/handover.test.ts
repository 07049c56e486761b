import { expect, it } from 'vitest';
import { handoverOf } from './handover';
import { receiverOf } from './pairing';
import { sampleDetail, sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

const steps = [
  sampleStep(1, { agent: 'desk' }),
  sampleModelCall(2, { agent: 'desk' }),
  sampleStep(3, { agent: 'desk', kind: 'handoff', name: 'billing' }),
  sampleStep(4, { agent: 'logistics', kind: 'agent', name: 'logistics' }),
  sampleModelCall(5, { parent_event_id: 's4', agent: 'logistics' }),
  sampleStep(6, { kind: 'agent', name: 'billing' }),
  sampleModelCall(7, { parent_event_id: 's6' }),
  sampleModelCall(8, { parent_event_id: 's6' }),
];
const says = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
const question = says('user', 'Refund it.');
const caller = sampleDetail(steps[1]!, {
  input_messages: [says('system', 'Route.'), question],
  output_messages: [says('assistant', 'To billing.')],
});

it('finds the first call of the agent that was named', () => {
  const tree = buildTree(steps);

  expect(receiverOf(tree, steps[2]!)?.id).toBe('s7');
  expect(receiverOf(tree, { ...steps[2]!, name: 'Handoff: desk → billing' })?.id).toBe('s7');
  expect(receiverOf(tree, { ...steps[2]!, name: 'nobody' })).toBeUndefined();
});

it('tells what came along, instructions aside', () => {
  const receiver = sampleDetail(steps[6]!, {
    input_messages: [says('system', 'Bill.'), question, says('user', 'Order 7.')],
  });
  const { given, before, kept } = handoverOf(caller, receiver);

  expect(given.map(({ parts }) => parts)).toEqual([
    [{ kind: 'text', text: 'Refund it.' }],
    [{ kind: 'text', text: 'Order 7.' }],
  ]);
  expect([before, kept]).toEqual([2, 1]);
});

it('claims nothing of what there was where the call before is not known', () => {
  expect(handoverOf(null, sampleDetail(steps[6]!))).toEqual({ given: [], before: 0, kept: 0 });
});
