/** Where the keyboard's focus is, and how it goes from panel to panel. */
import type { Place } from '../model/keys';

export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof HTMLElement) || target === document.body) return 'page';
  if (target.matches('input, textarea, select')) return 'field';
  const place = target.closest<HTMLElement>('[data-place]')?.dataset.place;
  return place === 'runs' || place === 'timeline' ? place : 'widget';
}

/** To the first thing in the next panel that takes the focus, and from the last panel to the first. */
export function focusNextPanel(): void {
  const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')];
  const here = panels.findIndex((panel) => panel.contains(document.activeElement));
  const next = panels[(here + 1) % panels.length];
  const inside = (selector: string) => next?.querySelector<HTMLElement>(selector);
  (inside('[data-place]') ?? inside('[role=tab][tabindex="0"]') ?? inside('button, input'))?.focus();
}
