import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const lab = (...args: readonly string[]) => spawnSync(process.execPath, ['lab/main.ts', ...args], { encoding: 'utf8' });

test('help is what was asked for: on stdout, and 0', () => {
  const { status, stdout, stderr } = lab('--help');
  expect([status, stdout, stderr]).toEqual([0, expect.stringContaining('Usage: npm run lab'), '']);
});

test.each([
  [['status', 'tokyo-1'], '"tokyo-1" means nothing to status'],
  [['fail', 'tokyo-1', 'uplink', 'now'], '"now" means nothing to fail'],
  [['destroy'], 'no such command: destroy'],
  [['up', '--root', '/nowhere'], '/nowhere is no root directory; npm run lab -- root make /nowhere makes one'],
  [['root', 'make'], 'root make DIR'],
])('a command line that it does not know ends with 2 and says why: %j', (args, says) => {
  const { status, stdout, stderr } = lab(...args);
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(says)]);
});
