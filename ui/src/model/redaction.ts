/** Text in which the recorder masked values, cut at its marks, so that each mask can be shown as one. */
export interface Stretch {
  readonly text: string;
  /** The rule that masked the value; null for text as it was. */
  readonly rule: string | null;
}

const MASK = /\[REDACTED(?::([\w.-]+))?\]/g;

export function stretchesOf(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const match of text.matchAll(MASK)) {
    if (match.index > end) stretches.push({ text: text.slice(end, match.index), rule: null });
    stretches.push({ text: match[0], rule: match[1] ?? 'masked' });
    end = match.index + match[0].length;
  }
  if (end < text.length || !stretches.length) stretches.push({ text: text.slice(end), rule: null });
  return stretches;
}
