import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandLine } from '#lab/command-line.ts';

test('help goes to stdout and ends with 0', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['lab/main.ts', '--help'], { encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([0, expect.stringContaining('Usage: npm run lab'), '']);
});

test.each([
  [['status', 'tokyo-1'], "error: too many arguments for 'status'"],
  [['fail', 'tokyo-1', 'uplink', 'now'], "error: too many arguments for 'fail'"],
  [['destroy'], "error: unknown command 'destroy'"],
  [['up', '--root', '/nowhere'], '/nowhere is not a root directory; create one with npm run lab -- root make /nowhere'],
  [['root', 'make'], "error: missing required argument 'dir'"],
])('a wrong command line ends with 2 and gives the reason: %j', async (args, says) => {
  const written = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof written) => ({ write: (text: string) => (written[stream] += text) });

  const status = await commandLine(args, { stdout: into('stdout'), stderr: into('stderr') });

  expect([status, written]).toEqual([2, { stdout: '', stderr: expect.stringContaining(says) as string }]);
});
