import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { REPORT } from './router.fixture.ts';

it('shellcheck finds nothing in the reporter and its libraries', (context) => {
  const { status, stdout, error } = spawnSync('shellcheck', ['-x', 'report'], {
    cwd: dirname(REPORT),
    encoding: 'utf8',
  });
  if (error) context.skip(`shellcheck does not run here: ${error.message}`);
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
