/** The architecture as a test: who may import whom, and who alone may touch what. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = import.meta.dirname;

/** A folder imports from lower lines only; folders of one line know nothing of each other. */
const LAYERS = [['model'], ['parts', 'api'], ['state'], ['runs', 'timeline', 'detail', 'pages'], ['app']];

/** Types come from the server's document; they vanish when the code is compiled. */
const TYPES = join('api', 'types');

interface Source {
  readonly path: string;
  readonly text: string;
}

const sources: Source[] = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.test.ts') && !path.endsWith('.gen.ts'))
  .map((path) => ({ path, text: readFileSync(join(SOURCE, path), 'utf8') }));

function folderOf(path: string): string {
  return path.includes(sep) ? (path.split(sep)[0] ?? '') : '';
}

function layerOf(path: string): number {
  return LAYERS.findIndex((folders) => folders.includes(folderOf(path)));
}

function importsOf({ path, text }: Source): { statement: string; target: string }[] {
  return [...text.matchAll(/import\s[^;]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g)].map((match) => ({
    statement: match[0],
    target: normalize(join(dirname(path), match[1] ?? match[2] ?? '')),
  }));
}

function wrongImports(source: Source): string[] {
  return importsOf(source)
    .filter(({ statement, target }) => !(target === TYPES && statement.startsWith('import type')))
    .filter(({ target }) => folderOf(target) !== folderOf(source.path))
    .filter(({ target }) => layerOf(target) >= layerOf(source.path))
    .map(({ target }) => `${source.path} imports ${relative('.', target)}`);
}

function having(pattern: RegExp, allowed: (path: string) => boolean): string[] {
  return sources
    .filter(({ path, text }) => !allowed(path) && pattern.test(withoutComments(text)))
    .map(({ path }) => path);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|<!--[^]*?-->|^\s*\/\/.*$/gm, '');
}

describe('the sources', () => {
  it('lie in known folders', () => {
    const unknown = sources.filter(({ path }) => folderOf(path) && layerOf(path) < 0).map(({ path }) => path);

    expect(unknown).toEqual([]);
  });

  it('import downward only', () => {
    const wrong = sources.filter(({ path }) => folderOf(path)).flatMap(wrongImports);

    expect(wrong).toEqual([]);
  });

  it('fetch in api only', () => {
    const fetching = having(
      /\bfetch\(|EventSource|XMLHttpRequest|sendBeacon|WebSocket/,
      (path) => folderOf(path) === 'api',
    );

    expect(fetching).toEqual([]);
  });

  it('never turn a text into markup', () => {
    const parsing = having(/\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/, () => false);

    expect(parsing).toEqual([]);
  });

  it('carry no style attribute, which the content security policy forbids', () => {
    const styled = having(/<[a-z][^>]*\sstyle="/, () => false);

    expect(styled).toEqual([]);
  });

  it('keep model free of the browser and of Svelte', () => {
    const impure = sources.filter(
      ({ path, text }) =>
        folderOf(path) === 'model' && /\b(document|window|localStorage|location)\.|from 'svelte/.test(text),
    );

    expect(impure.map(({ path }) => path)).toEqual([]);
  });

  it('trust the compiler: no `any`, and a cast only where JSON comes in', () => {
    const untyped = having(/:\s*any\b|<any>|\bas (?!const\b)[A-Z{]/, (path) => folderOf(path) === 'api');

    expect(untyped).toEqual([]);
  });

  it('take colours from the tokens', () => {
    const coloured = having(/(?:#[0-9a-f]{3,8}|rgba?\([^)]*\))\s*;/i, () => false);

    expect(coloured).toEqual([]);
  });

  it('stay small', () => {
    const limit = (path: string) => (path.endsWith('.svelte') ? 160 : 250);
    const large = sources
      .filter(({ path, text }) => text.split('\n').length > limit(path))
      .map(({ path }) => path);

    expect(large).toEqual([]);
  });
});
