import { expect, it } from 'vitest';
import { sampleStep } from './samples';
import { iconOf, KIND_WORDS, STATUS_WORDS } from './words';

it('kinds and statuses of a newer server have words too', () => {
  const foreign: { kind: never; status: never } = JSON.parse('{"kind": "dream", "status": "toString"}');

  expect([KIND_WORDS[foreign.kind], STATUS_WORDS[foreign.status]]).toMatchObject([
    { label: 'step', icon: 'frame' },
    { label: 'Unknown status', icon: 'stop' },
  ]);
  expect(iconOf(sampleStep(2, foreign))).toBe('frame');
});

it('only the known kinds are listed', () => {
  expect(Object.keys(KIND_WORDS)).toContain('llm');
  expect(Object.hasOwn(KIND_WORDS, 'dream')).toBe(false);
});
