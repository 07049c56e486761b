import { describe, expect, it } from 'vitest';
import { HELP } from './help';
import { commandOf, keyOf, type KeyPress } from './keys';

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held };
}

describe('a key', () => {
  it('moves among steps wherever the focus is', () => {
    expect(
      (['runs', 'timeline', 'widget', 'page'] as const).map((place) => commandOf(press('j'), place)),
    ).toEqual(Array(4).fill('step.next'));
  });

  it('moves among runs with Shift', () => {
    expect(commandOf(press('J', { shiftKey: true }), 'timeline')).toBe('run.next');
  });

  it('is left to a field', () => {
    expect([commandOf(press('j'), 'field'), commandOf(press('Escape'), 'field')]).toEqual([null, 'escape']);
  });

  it('is left to the browser with Ctrl, Alt or Meta', () => {
    const held = [{ ctrlKey: true }, { altKey: true }, { metaKey: true }];

    expect(held.map((modifier) => commandOf(press('f', modifier), 'page'))).toEqual([null, null, null]);
  });

  it('with an arrow means the list in which the focus is', () => {
    expect(
      (['runs', 'timeline', 'widget'] as const).map((place) => commandOf(press('ArrowDown'), place)),
    ).toEqual(['run.next', 'step.next', null]);
  });

  it('with Ctrl opens the palette, also from a field and with the command key', () => {
    expect([
      commandOf(press('k', { ctrlKey: true }), 'field'),
      commandOf(press('k', { metaKey: true }), 'page'),
    ]).toEqual(['palette', 'palette']);
  });

  it('alone does nothing where single keys are switched off', () => {
    const keys = [press('j'), press('?', { shiftKey: true }), press('F6'), press('k', { ctrlKey: true })];

    expect(keys.map((key) => commandOf(key, 'page', false))).toEqual([null, null, 'panel.next', 'palette']);
  });

  it('is told beside its command', () => {
    expect([keyOf('palette'), keyOf('run.next'), keyOf('go.sessions')]).toEqual(['Ctrl k', 'Shift J', null]);
  });

  it('opens the list of shortcuts on every keyboard', () => {
    expect([press('?'), press('?', { shiftKey: true })].map((key) => commandOf(key, 'page'))).toEqual([
      'help',
      'help',
    ]);
  });
});

it('lists only keys that do something', () => {
  const names: Record<string, string> = { '←': 'ArrowLeft', '→': 'ArrowRight', Esc: 'Escape' };
  const keys = HELP.flatMap(({ lines }) => lines.flatMap(([, ...caps]) => caps));

  const idle = keys.filter((cap) => {
    const [key = '', modifier] = cap.split(' ').reverse();
    const held = { shiftKey: modifier === 'Shift', ctrlKey: modifier === 'Ctrl' };
    return !commandOf(press(names[key] ?? key, held), 'timeline');
  });

  expect(idle).toEqual([]);
});
