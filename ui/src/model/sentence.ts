/** The server's sentences: plain text with `code`, **bold** and "quoted" stretches, cut into pieces for text nodes. */
export interface Piece {
  readonly kind: 'text' | 'code' | 'bold' | 'quote';
  readonly text: string;
}

const MARK = /`([^`]*)(?:`|$)|\*\*(.+?)\*\*|(“[^”]*(?:”|$)|"[^"]*(?:"|…$))/g;

/** What came of a call needs room beside it. */
const LONGEST_CALL = 60;

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

/** A tool's sentence with what it was called with, where it begins with the tool's name. */
export function withCall(sentence: string, tool: string | null, call: string | null | undefined): string {
  const name = `\`${tool}\``;
  if (!tool || !call || !sentence.startsWith(name)) return sentence;
  const shown = call.length > LONGEST_CALL ? `${call.slice(0, LONGEST_CALL - 2)}…)` : call;
  return `\`${shown.replaceAll('`', "'")}\`${sentence.slice(name.length)}`;
}

/** The code that a sentence begins with, and what it says of it. */
export function cutAfterCode(sentence: string): string[] {
  const code = /^`[^`]*` /.exec(sentence)?.[0];
  return code ? [code.trimEnd(), sentence.slice(code.length)] : [sentence];
}

/**
 * An outcome beside the icon of its status, which need not be said again: of a failure the error's name, so that it
 * can be coloured, and the rest; of an answer its words.
 */
export function shortOutcome(outcome: string, isFailed: boolean): [error: string, rest: string] {
  if (!isFailed) return ['', /^Answered "(.+?)"?$/s.exec(outcome)?.[1] ?? outcome];
  const reason = outcome.replace(/^Failed: (?=\S)/, '');
  const error = /^[\w.]*[a-z][A-Z]\w*/.exec(reason)?.[0] ?? '';
  return [error, reason.slice(error.length)];
}

function marked(match: RegExpMatchArray): Piece {
  if (match[1] !== undefined) return { kind: 'code', text: match[1] };
  if (match[2] !== undefined) return { kind: 'bold', text: match[2] };
  return { kind: 'quote', text: match[3] ?? '' };
}
