import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const lab = (...args: readonly string[]) => spawnSync(process.execPath, ['lab/main.ts', ...args], { encoding: 'utf8' });

test('help goes to stdout and ends with 0', () => {
  const { status, stdout, stderr } = lab('--help');
  expect([status, stdout, stderr]).toEqual([0, expect.stringContaining('Usage: npm run lab'), '']);
});

test.each([
  [['status', 'tokyo-1'], "error: too many arguments for 'status'"],
  [['fail', 'tokyo-1', 'uplink', 'now'], "error: too many arguments for 'fail'"],
  [['destroy'], "error: unknown command 'destroy'"],
  [['up', '--root', '/nowhere'], '/nowhere is not a root directory; create one with npm run lab -- root make /nowhere'],
  [['root', 'make'], "error: missing required argument 'dir'"],
])('a wrong command line ends with 2 and gives the reason: %j', (args, says) => {
  const { status, stdout, stderr } = lab(...args);
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(says)]);
});
