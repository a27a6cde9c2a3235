import { createHash } from 'node:crypto';
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
  test('writes every program with its mode, and lists the files', async () => {
    const { exitCode, stdout } = await bundle(...good);

    expect(exitCode).toBe(0);
    for (const program of ['install', 'start', 'report', 'watch-bfd', 'reconcile', 'fill-secrets', 'vrrp-transition']) {
      expect(statSync(join(parent, 'out', program)).mode & 0o777).toBe(0o755);
      expect(stdout).toContain(`0755 out/${program}\n`);
    }
    expect(readFileSync(join(parent, 'out', 'report.conf'), 'utf8')).toContain(`API_URL='${url}'`);
  });

  test('says how to install it', async () => {
    const { stderr } = await bundle(...good, '-o', 'my bundles/tokyo-1');
    expect(stderr.split('\n').filter((line) => line.startsWith('next: '))).toEqual([
      "next: scp -r 'my bundles/tokyo-1' vyos@203.0.113.10: && ssh vyos@203.0.113.10 sudo ./tokyo-1/install",
    ]);
    expect((await bundle(...good, '--dry-run')).stderr).not.toContain('next: ');
  });

  test('of a router that the deployment creates is said to be of no use', async () => {
    const created = `${examplesFolder}/created.yaml`;
    const { stderr } = await commandLine(['router', 'bundle', created, '-o', 'out', ...good], { cwd: parent });
    expect(stderr).toContain('note: the deployment creates tokyo-1, which installs its own bundle; ');
    expect(stderr).not.toContain('next: ');
  });

  test('gives the same result twice, and keeps files added next to it', async () => {
    await bundle(...good);
    writeFileSync(join(parent, 'out', 'serf_0.8.2_linux_amd64.zip'), 'archive');
    const before = tree();

    expect((await bundle(...good)).exitCode).toBe(0);

    expect(tree()).toEqual(before);
  });

  describe('with the SSM agent’s package', () => {
    const DEB = '!<arch>\ndebian-binary …';
    const HASH = createHash('sha256').update(DEB).digest('hex');
    const agent = (content = DEB) => {
      writeFileSync(join(parent, 'agent.deb'), content);
      return ['--agent', 'agent.deb'];
    };
    const index = () => readFileSync(join(parent, 'out', 'INDEX'), 'utf8');

    test('includes it, with its hash in the index, and prints the hash', async () => {
      const { exitCode, stdout, stderr } = await bundle(...good, ...agent());
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('0644 out/amazon-ssm-agent.deb\n')]);
      expect(readFileSync(join(parent, 'out', 'amazon-ssm-agent.deb'), 'utf8')).toBe(DEB);
      expect(index()).toContain(`0644 ${HASH} amazon-ssm-agent.deb\n`);
      expect(stderr.split('\n')[0]).toBe(
        `note: the package of the SSM agent has SHA-256 ${HASH}; to verify it, use --agent-sha256`,
      );
    });

    test('accepts a package with the given hash, also from the bundle itself', async () => {
      await bundle(...good, ...agent());
      const again = await bundle(
        ...good,
        '--agent',
        'out/amazon-ssm-agent.deb',
        '--agent-sha256',
        HASH.toUpperCase(),
        '--json',
      );
      expect(again.stderr).toBe('');
      const { files } = JSON.parse(again.stdout) as { files: readonly object[] };
      expect(files).toContainEqual({ path: 'amazon-ssm-agent.deb', mode: '0644', sha256: HASH });
      expect(readFileSync(join(parent, 'out', 'amazon-ssm-agent.deb'), 'utf8')).toBe(DEB);
    });

    test.each<[string, () => string[], RegExp]>([
      [
        'another package',
        () => [...agent(), '--agent-sha256', '0'.repeat(64)],
        /does not match --agent-sha256: its SHA-256 is [0-9a-f]{64}\n.*hint/,
      ],
      [
        'a file that is not a package',
        () => agent('<html>403 Forbidden</html>'),
        /agent\.deb is not a Debian package\n.*hint/,
      ],
      [
        'a missing file',
        () => ['--agent', 'no.deb'],
        /no\.deb cannot be read: ENOENT: no such file or directory\n    hint: download it as described in docs\/routers\.md/,
      ],
      ['a hash without a package', () => ['--agent-sha256', HASH], /--agent-sha256 requires --agent FILE/],
    ])('%s: ends with 2, and writes nothing', async (_, options, why) => {
      const { exitCode, stderr } = await bundle(...good, ...options());
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(why)]);
      expect(readdirSync(parent)).not.toContain('out');
    });

    test('notes its absence', async () => {
      expect((await bundle(...good)).stderr).toMatch(/note: The bundle has no SSM agent, .*--agent FILE/);
    });
  });

  test('removes files of an earlier bundle that this one lacks', async () => {
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

  test('does not change a folder that is not a bundle', async () => {
    const { exitCode, stderr } = await commandLine(
      ['router', 'bundle', `${examplesFolder}/tokyo-virginia.yaml`, '-o', '.', ...good],
      { cwd: examplesFolder },
    );
    expect(exitCode).toBe(4);
    expect(stderr).toContain('contains files that are not a bundle');
  });

  test('writes nothing with --dry-run, and prints modes, hashes and names of secrets as JSON', async () => {
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

  test('makes the router a witness of another site by that site’s URL', async () => {
    await bundle(...good, 'virginia=https://v.execute-api.us-east-1.amazonaws.com');
    expect(readFileSync(join(parent, 'out', 'report.conf'), 'utf8')).toContain("WITNESS_FOR='virginia-1@virginia=");
  });

  const wrong: [string, string[], RegExp][] = [
    ['no router', ['--api-url', url], /required option '--router <NAME>'/],
    ['an unknown router', ['--router', 'tokio-1', '--api-url', url], /did you mean tokyo-1\?/],
    [
      'no URL of its own site',
      ['--router', 'tokyo-1', '--api-url', `virginia=${url}`],
      /no URL of the router’s own site tokyo/,
    ],
    ['two for one site', ['--router', 'tokyo-1', '--api-url', url, `tokyo=${url}`], /names site tokyo twice/],
    [
      'the API of another region',
      ['--router', 'virginia-1', '--api-url', url],
      /is in ap-northeast-1, but site virginia is in us-east-1/,
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
