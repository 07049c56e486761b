/** A Python stack trace, with the frames of the traced program told apart from those of libraries. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly where: string;
  readonly code: string | null;
  readonly own: boolean;
}

const FRAME = /^\s*File "([^"]+)", line (\d+)(?:, in (.+))?$/;
const LIBRARY = /site-packages|dist-packages|\/lib(?:64)?\/python\d|\\Lib\\|^<frozen|importlib/;
const MARKER = /^\s*[~^]+\s*$/;

/** Frames, outermost first; empty when the text is no Python stack trace. */
export function framesOf(trace: string): Frame[] {
  const lines = trace.split('\n');
  return lines.flatMap((line, index) => {
    const match = FRAME.exec(line);
    return match ? [frame(match, lines[index + 1])] : [];
  });
}

/** The end of a path that still says where it is: two folders and the file. */
export function shortPath(file: string): string {
  return file.split(/[\\/]/).slice(-3).join('/');
}

/** The frame to look at first: the innermost one of the program itself. */
export function culprit(frames: readonly Frame[]): Frame | undefined {
  return frames.filter((candidate) => candidate.own).at(-1);
}

function frame(match: RegExpExecArray, following: string | undefined): Frame {
  const [, file = '', line = '', where = ''] = match;
  const isCode = following !== undefined && !FRAME.test(following) && !MARKER.test(following);
  const code = isCode && /^\s{4}/.test(following) ? following.trim() : null;
  return { file, line: Number(line), where, code, own: !LIBRARY.test(file) };
}
