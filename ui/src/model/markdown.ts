/** Markdown as blocks of plain stretches: no markup is made of a text, links are not followed and images not asked for. */
export interface Inline {
  readonly kind: 'text' | 'code' | 'strong' | 'em' | 'link' | 'image';
  readonly text: string;
  /** Where a link or an image points to. */
  readonly address?: string;
}

export type Block =
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rule' }
  | { readonly kind: 'heading' | 'paragraph' | 'quote'; readonly inline: readonly Inline[] }
  | {
      readonly kind: 'item';
      readonly depth: number;
      readonly mark: string;
      readonly inline: readonly Inline[];
    };

const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^ {0,3}#{1,6} +(\S.*)$/;
const ITEM = /^( {0,12})([-*+]|\d{1,4}[.)]) +(\S.*)$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const RULE = /^ {0,3}([-*_])( ?\1){2,40} *$/;
/** Bounded, so that no text can make the search slow. */
const INLINE =
  /`([^`\n]{1,400})`|\*\*([^*\n]{1,400})\*\*|\*([^*\s][^*\n]{0,400})\*|(!?)\[([^\]\n]{0,200})\]\(([^)\s]{1,1000})\)/g;

/** Whether rendering would change how a text looks. */
export function looksLikeMarkdown(text: string): boolean {
  return blocksOfMarkdown(text).some(
    (block) => block.kind !== 'paragraph' || block.inline.some(({ kind }) => kind !== 'text'),
  );
}

export function blocksOfMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  let code: string[] | null = null;
  let words: string[] = [];
  const flush = () => {
    if (words.length) blocks.push({ kind: 'paragraph', inline: inlineOf(words.join('\n')) });
    words = [];
  };
  for (const line of text.split('\n')) {
    if (FENCE.test(line)) {
      flush();
      if (code) blocks.push({ kind: 'code', text: code.join('\n') });
      code = code ? null : [];
    } else if (code) code.push(line);
    else {
      const block = blockOf(line);
      if (block || !line.trim()) flush();
      if (block) blocks.push(block);
      else if (line.trim()) words.push(line);
    }
  }
  flush();
  if (code) blocks.push({ kind: 'code', text: code.join('\n') });
  return blocks;
}

function blockOf(line: string): Block | null {
  if (RULE.test(line)) return { kind: 'rule' };
  const heading = HEADING.exec(line);
  if (heading) return { kind: 'heading', inline: inlineOf(heading[1] ?? '') };
  const item = ITEM.exec(line);
  if (item) {
    const [, indent = '', mark = '', rest = ''] = item;
    return {
      kind: 'item',
      depth: Math.floor(indent.length / 2),
      mark: /\d/.test(mark) ? mark : '•',
      inline: inlineOf(rest),
    };
  }
  const quote = QUOTE.exec(line);
  return quote ? { kind: 'quote', inline: inlineOf(quote[1] ?? '') } : null;
}

function inlineOf(text: string): Inline[] {
  const found: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) found.push({ kind: 'text', text: text.slice(end, match.index) });
    found.push(stretchOf(match));
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ kind: 'text', text: text.slice(end) });
  return found;
}

function stretchOf([, code, strong, em, image, words, address]: readonly (string | undefined)[]): Inline {
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  if (em !== undefined) return { kind: 'em', text: em };
  return { kind: image ? 'image' : 'link', text: words ?? '', address: address ?? '' };
}
