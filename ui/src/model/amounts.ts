/** Amounts and times as people write them in a search: `>0.1`, `<2s`, `>=10k`, `24h`, `2026-11-20`. */
export type Unit = 'usd' | 'count' | 'ms';

const AMOUNT = /^(>=?|<=?)\$?(\d+(?:\.\d+)?)([a-z]*)$/i;
const FACTORS: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  usd: { '': 1, usd: 1 },
  count: { '': 1, k: 1_000, m: 1_000_000 },
  ms: { '': 1_000, ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 },
};
const EXAMPLES: Readonly<Record<Unit, string>> = {
  usd: '>0.1 or <2',
  count: '>10k or <500',
  ms: '>2s or <500ms',
};
const AGO_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Read a bound; of whole things, `>5` begins at 6. */
export function readAmount<Found>(
  value: string,
  unit: Unit,
  found: (least: number | null, most: number | null) => Found,
): Found | string {
  const match = AMOUNT.exec(value);
  const factor = match && FACTORS[unit][(match[3] ?? '').toLowerCase()];
  if (!match || factor === undefined || factor === null)
    return `“${value}” is not a bound: write ${EXAMPLES[unit]}.`;
  const sign = match[1] ?? '';
  const amount = Number(match[2]) * factor;
  const step = unit === 'count' && sign.length === 1 ? 1 : 0;
  return sign.startsWith('>') ? found(amount + step, null) : found(null, Math.max(0, amount - step));
}

export function readTime<Found>(value: string, now: number, found: (ms: number) => Found): Found | string {
  const ago = /^(\d+)([mhdw])$/.exec(value);
  if (ago) return found(Math.max(0, now - Number(ago[1]) * (AGO_MS[ago[2] ?? ''] ?? 0)));
  const date = /^\d{4}-\d{2}-\d{2}/.test(value)
    ? Date.parse(value.length === 10 ? `${value}T00:00` : value)
    : NaN;
  return Number.isNaN(date) ? `“${value}” is not a time: write 30m, 24h, 7d or 2026-11-20.` : found(date);
}
