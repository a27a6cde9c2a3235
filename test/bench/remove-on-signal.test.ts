import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';

const MODULE = new URL('../../bench/outage/remove-on-signal.ts', import.meta.url).href;

/** As much of `ip netns` as the removal of a lab uses. A namespace is a file, its content how it resists: it is gone meanwhile, or always. */
const IP = `#!/bin/sh
case $2 in
  list) ls namespaces ;;
  pids) ;;
  delete)
    read -r resists <"namespaces/$3"
    [ "$resists" = always ] || rm "namespaces/$3"
    [ -z "$resists" ] || { echo 'Cannot remove namespace file' >&2; exit 1; }
    ;;
esac
`;

/** A process with two labs gets a signal. */
async function interrupt(signal: NodeJS.Signals, namespaces: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-signal-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'namespaces'));
  for (const [name, resists] of Object.entries(namespaces))
    writeFileSync(join(directory, 'namespaces', name), `${resists}\n`);
  writeFileSync(join(directory, 'ip'), IP);
  chmodSync(join(directory, 'ip'), 0o755);
  const program = `
    import { removeOnSignal } from '${MODULE}';
    process.once('${signal}', () => process.exit(9));
    removeOnSignal('signalone');
    removeOnSignal('signaltwo');
    process.stdout.write('raised');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: directory,
    env: { ...process.env, PATH: `${directory}:${process.env.PATH}` },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stdout.once('data', () => child.kill(signal));
  const stderr = await text(child.stderr);
  return { code: await ended, stderr, left: readdirSync(join(directory, 'namespaces')) };
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('removes all labs of a benchmark before %s ends it', async (signal, code) => {
  const ended = await interrupt(signal, {
    'vfl-signalone-router': '',
    'vfl-signaltwo-router': '',
    'vfl-other-router': '',
  });
  expect(ended).toEqual({ code, stderr: '· interrupted: removing the labs\n', left: ['vfl-other-router'] });
});

it('removes the others if the benchmark has just removed one itself', async () => {
  const { code, left } = await interrupt('SIGTERM', {
    'vfl-signalone-a': 'gone',
    'vfl-signalone-b': '',
    'vfl-signaltwo-router': '',
  });
  expect({ code, left }).toEqual({ code: 143, left: [] });
});

it('removes the others if one cannot be removed, and says how to do that', async () => {
  const { code, stderr, left } = await interrupt('SIGTERM', {
    'vfl-signalone-router': 'always',
    'vfl-signaltwo-router': '',
  });
  expect({ code, left }).toEqual({ code: 143, left: ['vfl-signalone-router'] });
  expect(stderr).toContain('lab "signalone" could not be removed: RunError: ip netns delete vfl-signalone-router');
  expect(stderr).toContain('Remove it: npm run lab -- down --name signalone');
});
