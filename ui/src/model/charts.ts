/** Charts of numbers over time: columns in a box of 100 by 100, and the words that say the same. */
export interface Column {
  readonly x: number;
  readonly width: number;
  /** From the top; the part of it that is drawn in another colour begins at `split`. */
  readonly y: number;
  readonly height: number;
  readonly split: number;
}

/** `parts`: of each value, what is drawn in the colour of failures. */
export function columnsOf(values: readonly (number | null)[], parts: readonly number[] = []): Column[] {
  const most = Math.max(...values.map((value) => value ?? 0), 0);
  const width = 100 / Math.max(1, values.length);
  return values.map((value, index) => {
    const height = most ? ((value ?? 0) / most) * 100 : 0;
    const part = most ? ((parts[index] ?? 0) / most) * 100 : 0;
    return { x: index * width, width: width * 0.8, y: 100 - height, height, split: part };
  });
}

export const PERIODS = [
  { id: '24h', label: '24 hours', ms: 86_400_000, periods: 48 },
  { id: '7d', label: '7 days', ms: 604_800_000, periods: 56 },
  { id: '30d', label: '30 days', ms: 2_592_000_000, periods: 60 },
  { id: '1y', label: 'A year', ms: 31_536_000_000, periods: 52 },
] as const;

export type Period = (typeof PERIODS)[number];

export function periodOf(id: string | null): Period {
  return PERIODS.find((period) => period.id === id) ?? PERIODS[1];
}

export function share(part: number, whole: number): string {
  if (!whole) return '';
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 0.5 ? '<1 %' : `${Math.round(percent)} %`;
}
