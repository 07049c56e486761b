/** Text with the colours of a terminal: stretches that wear a tone of ours in place of each escape sequence. */
export interface AnsiStretch {
  readonly text: string;
  readonly tone: 'err' | 'ok' | 'warn' | 'run' | 'mem' | 'tool' | 'quiet' | null;
  readonly bold: boolean;
}

type Tone = AnsiStretch['tone'];

const TONES: readonly Tone[] = ['quiet', 'err', 'ok', 'warn', 'run', 'mem', 'tool', null];
/** All sequences are taken out; only those for colours mean something here. */
const SEQUENCE = /\x1b\[([0-9;?]{0,40})([A-Za-z])/g;

export function hasAnsi(text: string): boolean {
  return text.includes('\x1b[');
}

export function ansiStretches(text: string): AnsiStretch[] {
  const stretches: AnsiStretch[] = [];
  let style: Omit<AnsiStretch, 'text'> = { tone: null, bold: false };
  let end = 0;
  for (const match of text.matchAll(SEQUENCE)) {
    if (match.index > end) stretches.push({ text: text.slice(end, match.index), ...style });
    if (match[2] === 'm') style = (match[1] || '0').split(';').map(Number).reduce(styled, style);
    end = match.index + match[0].length;
  }
  if (end < text.length || !stretches.length) stretches.push({ text: text.slice(end), ...style });
  return stretches;
}

function styled(style: Omit<AnsiStretch, 'text'>, code: number): Omit<AnsiStretch, 'text'> {
  if (code === 0) return { tone: null, bold: false };
  if (code === 1 || code === 22) return { ...style, bold: code === 1 };
  if (code === 39) return { ...style, tone: null };
  const colour = code >= 90 && code <= 97 ? code - 90 : code - 30;
  return colour >= 0 && colour <= 7 ? { ...style, tone: TONES[colour] ?? null } : style;
}
