import { expect, it } from 'vitest';
import type { Turn } from '../api/types';
import { speechesOf } from './dialogue';
import { sampleModelCall, sampleStep } from './samples';
import { buildTree } from './tree';

const tree = buildTree([
  sampleStep(1, { agent: 'desk' }),
  sampleModelCall(2, { agent: 'desk' }),
  sampleStep(3, { agent: 'desk', tool_name: 'look_up' }),
  sampleStep(4, { kind: 'final', agent: 'desk' }),
]);
const says = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
const turn = (step: number, direction: Turn['direction'], message: unknown = null): Turn => ({
  step_id: `s${step}`,
  step_number: step,
  agent: 'desk',
  direction,
  message,
});

it('puts what one says in a row under one name, with its model', () => {
  const speeches = speechesOf(
    [
      turn(2, 'input', says('system', 'Be kind.')),
      turn(2, 'input', says('user', 'Hello?')),
      turn(3, 'step'),
      turn(2, 'output', says('assistant', 'Hello!')),
      turn(4, 'step'),
    ],
    tree,
  );

  expect(speeches.map(({ speaker, note, lines }) => [speaker, note, lines.length])).toEqual([
    ['Instructions', 'for desk', 1],
    ['User', 'to desk', 1],
    ['desk', 'gpt-4o', 2],
    ['desk', 'to the user', 1],
  ]);
});

it('says which agent a called one hears from', () => {
  const nested = buildTree([
    sampleStep(1, { agent: 'desk' }),
    sampleStep(2, { kind: 'agent', agent: 'billing' }),
    sampleModelCall(3, { agent: 'billing', parent_event_id: 's2' }),
  ]);
  const [speech] = speechesOf(
    [{ ...turn(3, 'input', says('user', 'Refund it.')), agent: 'billing' }],
    nested,
  );

  expect(speech).toMatchObject({ speaker: 'desk', note: 'to billing' });
});

it('keeps odd messages as they are', () => {
  const [speech] = speechesOf([turn(2, 'output', 'only words')], tree);

  expect(speech?.lines[0]?.message?.parts).toEqual([{ kind: 'text', text: 'only words' }]);
});

it('shows turns of steps that the outline does not know yet', () => {
  const [speech] = speechesOf([turn(9, 'output', says('assistant', 'Hm.'))], tree);

  expect(speech).toMatchObject({ speaker: 'desk', note: null });
});
