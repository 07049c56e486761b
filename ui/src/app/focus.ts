/** Where the keyboard's focus is, how it goes from panel to panel, and where a click on a link leads. */
import type { Place } from '../model/keys';
import { BASE } from '../model/routes';

export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof HTMLElement) || target === document.body) return 'page';
  if (target.matches('input, textarea, select')) return 'field';
  const place = target.closest<HTMLElement>('[data-place]')?.dataset.place;
  return place === 'runs' || place === 'timeline' ? place : 'widget';
}

/** Where a click on a link of our own pages leads, which the browser then leaves to us; null for any other click. */
export function addressOf(event: MouseEvent): URL | null {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!isPlain || event.defaultPrevented || !link?.href || link.target || link.download) return null;
  const address = new URL(link.href);
  if (address.origin !== location.origin || !address.pathname.startsWith(`${BASE}/`)) return null;
  event.preventDefault();
  return address;
}

/** To the first thing in the next panel that takes the focus, and from the last panel to the first. */
export function focusNextPanel(): void {
  const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')];
  const here = panels.findIndex((panel) => panel.contains(document.activeElement));
  const next = panels[(here + 1) % panels.length];
  const inside = (selector: string) => next?.querySelector<HTMLElement>(selector);
  (inside('[data-place]') ?? inside('[role=tab][tabindex="0"]') ?? inside('button, input'))?.focus();
}
