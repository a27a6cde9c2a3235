import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

  describe('Node keeps what it compiled', () => {
    const folderWith = (variables: Readonly<Record<string, string>>) => {
      const node = join(project, 'node_modules/.bin/node');
      writeFileSync(node, '#!/bin/sh\nprintf %s "${NODE_COMPILE_CACHE-}"\n');
      chmodSync(node, 0o755);
      return launch(undefined, variables).stdout;
    };

    test('in the cache folder of the user, which others cannot read or write', () => {
      const home = join(project, 'home');
      const cache = join(project, 'cache');
      mkdirSync(home);
      mkdirSync(cache);
      expect(folderWith({ HOME: home })).toBe(join(home, '.cache/vyos-failover'));
      expect(folderWith({ HOME: home, XDG_CACHE_HOME: cache })).toBe(join(cache, 'vyos-failover'));
      expect(statSync(join(cache, 'vyos-failover')).mode & 0o777).toBe(0o700);
    });

    test('where its own variable says', () => {
      expect(folderWith({ HOME: project, NODE_COMPILE_CACHE: '/elsewhere' })).toBe('/elsewhere');
    });

    test.each([
      ['without a home', {}],
      ['with a home that does not exist', { HOME: '/proc/nonexistent' }],
      ['with a relative cache folder', { HOME: '/proc/nonexistent', XDG_CACHE_HOME: 'test' }],
      ['with a device in place of a home', { HOME: '/dev/null' }],
    ])('nowhere %s', (_, variables) => {
      expect(folderWith(variables)).toBe('');
    });

    test.runIf(process.getuid?.() === 0)('nowhere in a folder of another user', () => {
      const [home, cache] = [join(project, 'home'), join(project, 'home/.cache/vyos-failover')];
      mkdirSync(cache, { recursive: true });
      chownSync(cache, 65534, 65534);
      expect(folderWith({ HOME: home })).toBe('');
      rmSync(join(home, '.cache'), { recursive: true });
      chownSync(home, 65534, 65534);
      expect(folderWith({ HOME: home })).toBe('');
      expect(existsSync(join(home, '.cache'))).toBe(false);
    });
  });

  test('runs the real command line', () => {
    const { status, stdout } = spawnSync(launcher, ['--version'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${PRODUCT_VERSION}\n` });
  });
});
