/** The words of the ledger: what was lost, and who did not get to see it. */
import type { RunFindings } from '../api/types';

type Loss = RunFindings['ledger'][number];

const WORDS: Readonly<Record<Loss['kind'], string>> = {
  result_cut: 'Tool result cut',
  history_compacted: 'History compacted',
  attribute_limit: 'Truncated by the SDK',
  size_limit: 'Truncated, too large',
  redacted: 'Redacted',
  sampled: 'Sampled',
  dropped_spans: 'Spans dropped',
  orphan_spans: 'Parents missing',
  content_off: 'Content not captured',
};

export function lossWord({ kind }: Loss): string {
  return WORDS[kind] ?? kind;
}

export function whoMissed({ between }: Loss): string {
  return between === 'app_and_model' ? 'the model' : 'this recording';
}
