import { describe, expect, it } from 'vitest';
import { blocksOfMarkdown, looksLikeMarkdown } from './markdown';

describe('Markdown', () => {
  it('becomes blocks', () => {
    const text = '# Title\n\nSome **bold** and `code`.\n\n- one\n  1. two\n> said\n---\n```js\na < b\n```';

    expect(blocksOfMarkdown(text).map(({ kind }) => kind)).toEqual([
      'heading',
      'paragraph',
      'item',
      'item',
      'quote',
      'rule',
      'code',
    ]);
  });

  it('keeps markup as the text it is', () => {
    expect(blocksOfMarkdown('<img src=x onerror=alert(1)>')).toEqual([
      { kind: 'paragraph', inline: [{ kind: 'text', text: '<img src=x onerror=alert(1)>' }] },
    ]);
  });

  it('names where links and images point to', () => {
    expect(blocksOfMarkdown('[go](javascript:x) ![logo](https://a.invalid/b.png)')[0]).toMatchObject({
      inline: [
        { kind: 'link', text: 'go', address: 'javascript:x' },
        { kind: 'text' },
        { kind: 'image', text: 'logo', address: 'https://a.invalid/b.png' },
      ],
    });
  });

  it('shows code that is not closed', () => {
    expect(blocksOfMarkdown('```\nx')).toEqual([{ kind: 'code', text: 'x' }]);
  });

  it('is told from plain words', () => {
    expect(['Hello.\nWorld', '**Hello**', '1. first'].map(looksLikeMarkdown)).toEqual([false, true, true]);
  });
});
