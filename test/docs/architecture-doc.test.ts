import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGES = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/**/*.md')];
const FOLDERS = new Set(
  readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['node_modules', '.git'].includes(entry.name))
    .map(({ name }) => name),
);

/** Code blocks show commands and output, whose paths may belong to a user. */
const proseOf = (page: string) => readFileSync(page, 'utf8').replaceAll(/^ *```[^]*?^ *```/gm, '');

/** As GitHub derives it from a heading. */
function anchorOf(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

const anchorsOf = (page: string) =>
  new Set([...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => anchorOf(text)));

/** `emulator/<service>/` and `{a,b}.ts` stand for several paths. */
const exists = (path: string) => existsSync(path) || globSync(path.replaceAll(/<[^>]*>/g, '*')).length > 0;

const links = PAGES.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { page, target, path: path === '' ? page : join(dirname(page), path), anchor };
    }),
);

/** A path of the repository in backticks begins with one of its folders. */
const paths = PAGES.flatMap((page) =>
  [...proseOf(page).matchAll(/`([\w.-]+\/[^\s`:]*)`/g)]
    .map(([, path = '']) => ({ page, path }))
    .filter(({ path }) => FOLDERS.has(path.split('/')[0] ?? '')),
);

const sources = globSync('{topology,failover,vyos,contracts,aws,functions,infra,cli}/**/*.ts').map((file) =>
  readFileSync(file, 'utf8'),
);

describe('README, ARCHITECTURE and docs', () => {
  it('are read: there are links and paths to check', () => {
    expect(links.length).toBeGreaterThan(100);
    expect(paths.length).toBeGreaterThan(100);
  });

  it('link to files that exist', () => {
    expect(links.filter(({ path }) => !existsSync(path)).map(({ page, target }) => `${page}: ${target}`)).toEqual([]);
  });

  it('link to headings that exist', () => {
    const broken = links
      .filter(({ path, anchor }) => anchor !== undefined && path.endsWith('.md') && existsSync(path))
      .filter(({ path, anchor = '' }) => !anchorsOf(path).has(anchor));
    expect(broken.map(({ page, target }) => `${page}: ${target}`)).toEqual([]);
  });

  it('name paths that exist', () => {
    expect(paths.filter(({ path }) => !exists(path)).map(({ page, path }) => `${page}: ${path}`)).toEqual([]);
  });

  it('contain no markers of an unresolved merge', () => {
    expect(PAGES.filter((page) => /^(?:<{7}|>{7}) /m.test(readFileSync(page, 'utf8')))).toEqual([]);
  });

  it('are listed in docs/README.md', () => {
    const index = readFileSync('docs/README.md', 'utf8');
    const pages = readdirSync('docs').filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  const page = readFileSync('ARCHITECTURE.md', 'utf8');

  it('names functions that exist', () => {
    const names = new Set([...page.matchAll(/\b(\w+)\(\)/g)].map(([, name = '']) => name));
    const isDefined = (name: string) =>
      sources.some((source) => new RegExp(`\\b(?:function|async) ${name}\\(`).test(source));
    expect(names.size).toBeGreaterThan(10);
    expect([...names].filter((name) => !isDefined(name))).toEqual([]);
  });

  it('has a row for every folder of code', () => {
    const folders = [...FOLDERS].filter(
      (folder) => !/^\.|^(bin|docs|examples|test|tools|cdk\.out|coverage|dist)$/.test(folder),
    );
    expect(folders.filter((folder) => !page.includes(`| \`${folder}/\` |`))).toEqual([]);
  });
});

describe('README.md', () => {
  it('has at most 900 words, code and tables left out', () => {
    const words = proseOf('README.md')
      .split('\n')
      .filter((line) => !line.startsWith('|'))
      .join(' ')
      .split(/\s+/)
      .filter((word) => word !== '');
    expect(words.length).toBeLessThanOrEqual(900);
  });

  it('names the command that runs the tests', () => {
    expect(readFileSync('README.md', 'utf8')).toContain('`npm test`');
  });
});
