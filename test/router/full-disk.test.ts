import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPORT, TestRouter } from './router.fixture.ts';

const PROGRAMS = dirname(REPORT);

/** Every line of our shell, with its place. */
function lines(): string[] {
  const files = readdirSync(PROGRAMS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((entry) => {
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file, 'utf8');
    if (!/^#( shellcheck shell=bash|!.*sh)\n/.test(content)) return [];
    return content.split('\n').map((line, index) => `${file}:${index + 1}: ${line}`);
  });
}

it('nothing that runs on a router has a here-document or a here-string: bash 5.0 puts each into a file', () => {
  expect(lines().length).toBeGreaterThan(1000);
  expect(lines().filter((line) => /<<(?!.*\)\))/.test(line))).toEqual([]);
});

/** Runs what follows with every directory for temporary files read-only, but for the test's own, in DIRECTORY. */
const FULL = `
  mount --bind "$DIRECTORY" /mnt || exit 90
  for each in /tmp /var/tmp /usr/tmp "\${TMPDIR:-/tmp}"; do
    [[ ! -d $each ]] || mount -t tmpfs none "$each" || exit 91
  done
  mkdir -p "$DIRECTORY" && mount --bind /mnt "$DIRECTORY" || exit 92
  for each in /tmp /var/tmp /usr/tmp "\${TMPDIR:-/tmp}"; do
    [[ ! -d $each ]] || mount -o remount,ro "$each" || exit 93
  done
  ! : 2>/dev/null >/tmp/probe || exit 94
  # Where bash finds nothing else it takes the working directory.
  cd /proc && exec "$@"`;

describe('with a full disk, and nowhere to put a temporary file', () => {
  const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

  async function onFullDisk(script: string, args: readonly string[]): Promise<TestRouter> {
    const router = await TestRouter.start({ LOG: '/dev/full', DETECTORS: 'serf' });
    await router.configure({ LOG: '/dev/full', STATE_DIR: '/proc/nowhere' });
    cpSync(PROGRAMS, join(router.directory, 'router'), { recursive: true });
    const program = ['bash', join(router.directory, 'router', script), ...args];
    // As bash 5.0 does it: what is handed to a command by `<<` goes through a file.
    const env = { DIRECTORY: router.directory, BASH_COMPAT: '5.0' };
    const within = ['unshare', '-rm', 'bash', '-c', FULL, 'full', ...program];
    expect((await router.run([], { env, within })).status).toBe(0);
    return router;
  }

  it('a report is sent', async (context) => {
    if (!canMount) context.skip('no user namespaces here');
    const args = ['--detector', 'bfd', '--event', 'peer-failed', '--subject', 'tokyo-1', '--foreground'];

    const router = await onFullDisk('report', args);

    expect(router.bodies()).toMatchObject([{ event: 'peer-failed', evidence: { confirm: { verdict: 'dead' } } }]);
  });

  it('the API is in contact with the router', async (context) => {
    if (!canMount) context.skip('no user namespaces here');

    const router = await onFullDisk('reconcile', ['--once']);

    expect(router.api.contacts).toHaveLength(1);
  });
});
