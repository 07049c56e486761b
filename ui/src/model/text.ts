/** Long texts: how much of one is shown at first. */
const FIRST_LINES = 200;
/** A text may also be one endless line. */
const FIRST_CHARACTERS = 24_000;

export interface Beginning {
  readonly text: string;
  /** Lines that are left out, at least 1 when anything is. */
  readonly left: number;
}

export function firstLines(text: string): Beginning {
  let end = -1;
  for (let line = 0; line < FIRST_LINES; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) break;
  }
  const cut = Math.min(end < 0 ? text.length : end, FIRST_CHARACTERS);
  if (cut >= text.length) return { text, left: 0 };
  const left = text.slice(cut + 1).split('\n').length;
  return { text: text.slice(0, cut), left };
}
