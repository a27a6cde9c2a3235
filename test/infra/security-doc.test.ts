import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const PAGE = readFileSync('docs/security.md', 'utf8');

describe('docs/security.md', () => {
  it('points at files that are there', () => {
    const links = [...PAGE.matchAll(/\]\((\.\.\/[^)#]+)/g)].map(([, link = '']) => link.replace('../', ''));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });

  it('quotes tests that are there', () => {
    const quotes = [...PAGE.matchAll(/\]\(\.\.\/([^)]+\.test\.ts)\) "([^"]+)"/g)];
    expect(quotes.length).toBeGreaterThan(1);
    for (const [, file = '', quote = ''] of quotes) expect(readFileSync(file, 'utf8')).toContain(quote);
  });

  it('has a test for each attacker', () => {
    const rows = PAGE.split('\n').filter((line) => line.startsWith('| **'));
    expect(rows).toHaveLength(10);
    expect(rows.filter((row) => !/\.test\.ts\)[^|]*\|$/.test(row))).toEqual([]);
  });
});
