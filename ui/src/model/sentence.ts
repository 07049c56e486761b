/** The server's sentences: plain text with `code`, **bold** and "quoted" stretches, cut into pieces for text nodes. */
export interface Piece {
  readonly kind: 'text' | 'code' | 'bold' | 'quote';
  readonly text: string;
}

const MARK = /`([^`]*)(?:`|$)|\*\*(.+?)\*\*|(“[^”]*(?:”|$)|"[^"]*(?:"|…$))/g;

export function piecesOf(sentence: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of sentence.matchAll(MARK)) {
    if (match.index > end) pieces.push({ kind: 'text', text: sentence.slice(end, match.index) });
    pieces.push(marked(match));
    end = match.index + match[0].length;
  }
  if (end < sentence.length) pieces.push({ kind: 'text', text: sentence.slice(end) });
  return pieces;
}

/** The sentence as a screen reader says it. */
export function plainText(sentence: string): string {
  return piecesOf(sentence)
    .map((piece) => piece.text)
    .join('');
}

/** The name of an error at the beginning of an outcome, so that it can be coloured: `RateLimitError from gpt-4o`. */
export function splitError(outcome: string): [error: string, rest: string] {
  const error = /^[\w.]*[a-z][A-Z]\w*/.exec(outcome)?.[0] ?? '';
  return [error, outcome.slice(error.length)];
}

function marked(match: RegExpMatchArray): Piece {
  if (match[1] !== undefined) return { kind: 'code', text: match[1] };
  if (match[2] !== undefined) return { kind: 'bold', text: match[2] };
  return { kind: 'quote', text: match[3] ?? '' };
}
