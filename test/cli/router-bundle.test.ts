import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandLine, examplesFolder } from './command-line.ts';

const url = 'https://a1b2c3.execute-api.ap-northeast-1.amazonaws.com';
let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const bundle = (...options: string[]) =>
  commandLine(['router', 'bundle', `${examplesFolder}/tokyo-virginia.yaml`, '-o', 'out', ...options], { cwd: parent });
const good = ['--router', 'tokyo-1', '--api-url', url];
const tree = () =>
  readdirSync(join(parent, 'out'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file, statSync(file).mode & 0o777, readFileSync(file, 'utf8')] as const;
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

describe('router bundle', () => {
  test('writes every program with its mode, and says which files', async () => {
    const { exitCode, stdout } = await bundle(...good);

    expect(exitCode).toBe(0);
    for (const program of ['install', 'start', 'report', 'watch-bfd', 'reconcile', 'fill-secrets', 'vrrp-transition']) {
      expect(statSync(join(parent, 'out', program)).mode & 0o777).toBe(0o755);
      expect(stdout).toContain(`0755 out/${program}\n`);
    }
    expect(readFileSync(join(parent, 'out', 'report.conf'), 'utf8')).toContain(`API_URL='${url}'`);
  });

  test('twice gives the same, and leaves what somebody has put beside it', async () => {
    await bundle(...good);
    writeFileSync(join(parent, 'out', 'serf_0.8.2_linux_amd64.zip'), 'archive');
    const before = tree();

    expect((await bundle(...good)).exitCode).toBe(0);

    expect(tree()).toEqual(before);
  });

  test('takes away what an older bundle had and this one has not', async () => {
    await bundle(...good);
    writeFileSync(join(parent, 'out', 'retired'), '');
    const index = join(parent, 'out', 'INDEX');
    const outside = join(parent, 'outside');
    writeFileSync(outside, '');
    const line = (path: string) => `0755 ${'0'.repeat(64)} ${path}\n`;
    writeFileSync(index, `${readFileSync(index, 'utf8')}${line('retired')}${line('../outside')}`);

    await bundle(...good);

    expect(readdirSync(join(parent, 'out'))).not.toContain('retired');
    expect(readdirSync(parent)).toContain('outside');
  });

  test('leaves a folder alone that is no bundle', async () => {
    const { exitCode, stderr } = await commandLine(
      ['router', 'bundle', `${examplesFolder}/tokyo-virginia.yaml`, '-o', '.', ...good],
      { cwd: examplesFolder },
    );
    expect(exitCode).toBe(4);
    expect(stderr).toContain('something in it that is no bundle');
  });

  test('writes nothing with --dry-run, and as JSON gives modes, hashes and the names of secrets', async () => {
    const { stdout } = await bundle(...good, '--dry-run', '--json');

    expect(readdirSync(parent)).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'vyos-failover.router-bundle/1',
      router: 'tokyo-1',
      written: false,
      files: expect.arrayContaining([
        { path: 'install', mode: '0755', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ]) as unknown,
      secrets: expect.arrayContaining(['/vyos-failover/tokyo-virginia/serf/tokyo']) as unknown,
    });
  });

  test('another site’s URL makes the router its witness', async () => {
    await bundle(...good, 'virginia=https://v.execute-api.us-east-1.amazonaws.com');
    expect(readFileSync(join(parent, 'out', 'report.conf'), 'utf8')).toContain("WITNESS_FOR='virginia-1@virginia=");
  });

  const wrong: [string, string[], RegExp][] = [
    ['no router', ['--api-url', url], /required option '--router <NAME>'/],
    ['an unknown router', ['--router', 'tokio-1', '--api-url', url], /did you mean tokyo-1\?/],
    ['no URL of the own site', ['--router', 'tokyo-1', '--api-url', `virginia=${url}`], /own site tokyo listens/],
    ['two for one site', ['--router', 'tokyo-1', '--api-url', url, `tokyo=${url}`], /names site tokyo twice/],
    [
      'the API of another region',
      ['--router', 'virginia-1', '--api-url', url],
      /is in ap-northeast-1, and site virginia is in us-east-1/,
    ],
    ['an unknown site', [...good, `osaka=${url}`], /no site "osaka"/],
    [
      'a URL with more in it',
      ['--router', 'tokyo-1', '--api-url', "https://h'; reboot #"],
      /not the URL of a site’s API/,
    ],
  ];
  test.each(wrong)('%s ends with 2, and nothing is written', async (_what, options, reason) => {
    const ended = await bundle(...options);
    expect(ended).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringMatching(reason) as string });
    expect(readdirSync(parent)).toEqual([]);
  });
});
