/** What a model call costs, as a table: a line for each kind of token, and how far the whole is known. */
import type { CostPart, StepCost } from '../api/types';
import { UNKNOWN, whole } from './format';

export interface CostLine {
  readonly label: string;
  readonly tokens: string;
  readonly price: string;
  readonly cost: string;
}

export const PRICE_UNKNOWN = 'price unknown';

const LABELS: Readonly<Record<CostPart['kind'], string>> = {
  input: 'Input, fresh',
  cached_input: 'Input, read from cache',
  cache_write: 'Input, written to cache',
  output: 'Output',
  reasoning: 'Output, reasoning',
};

/** The kinds that the call tells of; `reasoning`: how many tokens of its output were. */
export function costLines({ parts, source }: StepCost, reasoning: number | null): CostLine[] {
  const apart = parts.some(({ kind }) => kind === 'reasoning');
  const unpriced = source === 'span' ? UNKNOWN : PRICE_UNKNOWN;
  return parts
    .filter(({ kind, tokens }) => tokens !== null || kind === 'input' || kind === 'output')
    .map((part) => ({
      label:
        part.kind === 'output' && reasoning !== null && !apart
          ? `Output, of it ${whole(reasoning)} reasoning`
          : LABELS[part.kind],
      tokens: part.tokens === null ? 'not recorded' : whole(part.tokens),
      price: part.usd_per_million === null ? unpriced : `${dollars(part.usd_per_million)} / M`,
      cost: part.cost_usd === null ? UNKNOWN : exactCost(part.cost_usd),
    }));
}

/** All tokens of the call; null where it tells of none. */
export function tokensOf({ parts }: StepCost): number | null {
  const known = parts.flatMap(({ tokens }) => tokens ?? []);
  return known.length ? known.reduce((sum, tokens) => sum + tokens, 0) : null;
}

/** Who says what tokens cost. */
export function sourceWords({ source, priced_as, list_version }: StepCost): string {
  if (source === 'span') return 'total given by the span';
  if (source === 'price_file') return `your price file: ${priced_as}`;
  if (source === 'price_list') return `offline list ${list_version}: ${priced_as}`;
  return 'in no price list';
}

/** What to say below the table: why there is no total, or why it is not the sum; null where it needs no words. */
export function costNote(cost: StepCost): string | null {
  const open = cost.parts.some(({ tokens, cost_usd }) => tokens && cost_usd === null);
  if (cost.source === 'span') return 'The call states one sum. What a token of each kind cost is not known.';
  if (cost.cost_usd === null) {
    if (cost.source === null || open) return 'Name its price in your own price file: TRACE_PRICES_FILE.';
    return 'The call has not been priced yet.';
  }
  const sum = cost.parts.reduce((total, part) => total + (part.cost_usd ?? 0), 0);
  if (open || Math.abs(sum - cost.cost_usd) <= TOLERANCE_USD) return null;
  return `Priced when it was first read; at the prices of today it would be ${exactCost(sum)}.`;
}

/** Small enough for the cost of one token. */
export function exactCost(usd: number): string {
  if (usd === 0) return '$0';
  return `$${usd.toFixed(Math.min(9, Math.max(5, 2 - Math.floor(Math.log10(usd)))))}`;
}

/** The store keeps billionths of a dollar. */
const TOLERANCE_USD = 2e-9;

function dollars(usd: number): string {
  return `$${usd < 0.01 && usd > 0 ? usd.toPrecision(2) : usd.toFixed(usd < 1 ? 3 : 2)}`;
}
