/** Every colour that carries text is readable on every ground that it may lie on, in both themes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'app.css'), 'utf8');

type Theme = 'light' | 'dark';

function colour(token: string, theme: Theme): string {
  const match = new RegExp(`--${token}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css);
  return match?.[theme === 'light' ? 1 : 2] ?? '';
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((start) => {
    const share = parseInt(hex.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = ['ink', 'ink2', 'ink3', 'accent', 'llm', 'tool', 'mem', 'agent', 'err', 'warn', 'ok', 'run'];
const GROUNDS = ['bg', 'sunken', 'sel', 'hover'];
const pairs = [
  ...TEXT.flatMap((text) => GROUNDS.map((ground) => [text, ground, 4.5] as const)),
  ...['err', 'warn', 'ok', 'run'].map((text) => [text, `${text}-bg`, 4.5] as const),
  ['on-accent', 'accent', 4.5] as const,
  // What only draws, such as an icon, a focus ring or the edge of a field, needs less.
  ['frame', 'sel', 3] as const,
  ['field', 'bg', 3] as const,
  ['sel-line', 'sel', 3] as const,
];

describe.each<Theme>(['light', 'dark'])('in the %s theme', (theme) => {
  it.each(pairs)('%s on %s has a contrast of %d', (text, ground, least) => {
    expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(least);
  });
});
