import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('no page contains the markers of an unresolved merge', () => {
  const pages = spawnSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).stdout.trim().split('\n');
  expect(pages).toContain('README.md');
  expect(pages.filter((page) => /^(?:<{7}|>{7}) /m.test(readFileSync(page, 'utf8')))).toEqual([]);
});
