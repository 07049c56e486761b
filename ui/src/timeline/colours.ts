/** Colours of the page's theme for a canvas, which cannot name tokens itself. */

/** By the names of tokens. */
export type Colours = Readonly<Record<string, string>>;

const TOKENS = [
  'llm',
  'tool',
  'mem',
  'agent',
  'frame',
  'err',
  'warn',
  'ink',
  'ink3',
  'sunken',
  'line2',
  'sel-line',
];

/** Read the colours as they are at an element; `_themes`: what they change with, so that they are read anew. */
export function colourReader(element: HTMLElement, _themes: readonly unknown[]): Colours {
  const before = element.style.color;
  const colours = Object.fromEntries(
    TOKENS.map((token) => {
      element.style.color = `var(--${token})`;
      return [token, getComputedStyle(element).color];
    }),
  );
  element.style.color = before;
  return colours;
}
