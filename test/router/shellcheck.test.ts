import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { REPORT } from './router.fixture.ts';

const router = dirname(REPORT);
const programs = readdirSync(router).filter((name) => {
  const file = join(router, name);
  return statSync(file).isFile() && /^#!.*sh\n/.test(readFileSync(file, 'utf8'));
});

it('shellcheck finds nothing in what runs on the routers, and in its libraries', (context) => {
  expect(programs).toEqual(expect.arrayContaining(['report', 'watch-bfd', 'reconcile', 'install']));
  const { status, stdout, error } = spawnSync('shellcheck', ['-x', ...programs], { cwd: router, encoding: 'utf8' });
  if (error) context.skip(`shellcheck does not run here: ${error.message}`);
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
