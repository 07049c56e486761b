/** Long texts: how much of one is shown at first. */
export const FIRST_LINES = 200;
/** A text may also be one endless line. */
const CHARACTERS_A_LINE = 120;

export interface Beginning {
  readonly text: string;
  /** Lines that are left out, at least 1 when anything is. */
  readonly left: number;
}

/** `most`: so many lines, or half as many more where that is all. */
export function firstLines(text: string, most = FIRST_LINES): Beginning {
  const whole = beginning(text, most * 1.5);
  return whole.left ? beginning(text, most) : whole;
}

function beginning(text: string, most: number): Beginning {
  let end = -1;
  for (let line = 0; line < most; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) break;
  }
  const cut = Math.min(end < 0 ? text.length : end, most * CHARACTERS_A_LINE);
  if (cut >= text.length) return { text, left: 0 };
  const left = text.slice(cut + 1).split('\n').length;
  return { text: text.slice(0, cut), left };
}
