/** A word as a shell takes it. The tilde of a home directory is understood by whoever is given it. */
export function quoted(word: string): string {
  return /^[\w./~:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
