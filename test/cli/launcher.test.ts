import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';

const launcher = fileURLToPath(new URL('../../bin/vyos-failover', import.meta.url));
const onlyTools = '/usr/bin:/bin';

/** A project with the real launcher and a `node` script that prints its arguments. */
let project = '';

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'vyos-failover-launcher-'));
  mkdirSync(join(project, 'bin'));
  mkdirSync(join(project, 'node_modules/.bin'), { recursive: true });
  mkdirSync(join(project, 'path'));
  cpSync(launcher, join(project, 'bin/vyos-failover'));
});
afterEach(() => rmSync(project, { recursive: true }));

function fakeNode(file: string, major: number) {
  writeFileSync(file, `#!/bin/sh\n[ "$1" = -p ] && { echo ${major}; exit; }\nprintf '${major}:%s\\n' "$@"\n`);
  chmodSync(file, 0o755);
}

function launch(file = join(project, 'bin/vyos-failover'), variables: Readonly<Record<string, string>> = {}) {
  const path = `${join(project, 'path')}:${onlyTools}`;
  const { status, stdout, stderr } = spawnSync(file, ['a b', '--c'], {
    encoding: 'utf8',
    env: { PATH: path, ...variables },
  });
  return { status, stdout, stderr };
}

describe('npx vyos-failover', () => {
  test('uses the Node that npm installed with it, regardless of the PATH', () => {
    fakeNode(join(project, 'node_modules/.bin/node'), 24);
    fakeNode(join(project, 'path/node'), 20);
    expect(launch()).toEqual({ status: 0, stdout: `24:${project}/cli/main.ts\n24:a b\n24:--c\n`, stderr: '' });
  });

  test('finds its project through the link that npx calls', () => {
    fakeNode(join(project, 'node_modules/.bin/node'), 24);
    symlinkSync(join(project, 'bin/vyos-failover'), join(project, 'path/linked'));
    expect(launch(join(project, 'path/linked')).stdout).toContain(`${project}/cli/main.ts`);
  });

  test('uses the Node on the PATH if it is new enough', () => {
    fakeNode(join(project, 'path/node'), 26);
    expect(launch().stdout).toBe(`26:${project}/cli/main.ts\n26:a b\n26:--c\n`);
  });

  test('fails with a hint if the only Node is too old', () => {
    fakeNode(join(project, 'path/node'), 20);
    expect(launch()).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/Node 24 or later is needed, the one on the PATH is 20: .*npm ci/) as string,
    });
  });

  test('fails with a hint if npm ci has not run', () => {
    rmSync(join(project, 'node_modules'), { recursive: true });
    expect(launch().stderr).toBe(`vyos-failover: its packages are not installed yet: run 'npm ci' in ${project}\n`);
  });

  test.each([
    [{ HOME: '/home/ann' }, '/home/ann/.cache/vyos-failover'],
    [{ HOME: '/home/ann', XDG_CACHE_HOME: '/var/cache/ann' }, '/var/cache/ann/vyos-failover'],
    [{ HOME: '/home/ann', NODE_COMPILE_CACHE: '/elsewhere' }, '/elsewhere'],
    [{}, ''],
  ])('with %o, Node keeps what it compiled in "%s"', (variables, folder) => {
    const node = join(project, 'node_modules/.bin/node');
    writeFileSync(node, '#!/bin/sh\nprintf %s "${NODE_COMPILE_CACHE-}"\n');
    chmodSync(node, 0o755);
    expect(launch(undefined, variables).stdout).toBe(folder);
  });

  test('runs the real command line', () => {
    const { status, stdout } = spawnSync(launcher, ['--version'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${PRODUCT_VERSION}\n` });
  });
});
