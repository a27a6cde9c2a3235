import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandLine, examplesFolder } from './command-line.ts';

const golden = (file: string) => readFileSync(new URL(`../vyos/golden/${file}`, import.meta.url), 'utf8');

describe('config render', () => {
  test('prints the set commands of one router, one per line, and nothing else', async () => {
    expect(await commandLine(['config', 'render', 'tokyo-virginia.yaml', '--router', 'tokyo-1'])).toEqual({
      exitCode: 0,
      stdout: golden('tokyo-virginia/tokyo-1.1.4.set'),
      stderr: '',
    });
  });

  test('renders for another VyOS version', async () => {
    const args = ['config', 'render', 'tokyo-virginia.yaml', '--router', 'tokyo-1', '--vyos', '1.3'];
    expect((await commandLine(args)).stdout).toBe(golden('tokyo-virginia/tokyo-1.1.3.set'));
  });

  test('renders for a release as a router reports it', async () => {
    const args = ['config', 'render', 'tokyo-virginia.yaml', '--router', 'virginia-1', '--json', '--vyos'];
    const { stdout } = await commandLine([...args, '2026.06.24-0045-rolling']);
    expect(JSON.parse(stdout)).toMatchObject({ vyos: '1.5', release: '2026.06.24-0045-rolling' });
    expect(stdout).toContain('connection-type trap');
  });

  test('reads standard input, and finds the topology as every command does', async () => {
    const stdin = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');
    const wanted = golden('tokyo-virginia/virginia-2.1.4.set');
    const piped = await commandLine(['config', 'render', '-', '--router', 'virginia-2'], { stdin });
    const named = await commandLine(['config', 'render', '--router', 'virginia-2'], {
      env: { VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' },
    });
    expect([piped.stdout, named.stdout]).toEqual([wanted, wanted]);
  });

  test('prints notes on stderr', async () => {
    const stdin = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8').replace(
      'profile: fast',
      'profile: original',
    );
    const { exitCode, stderr } = await commandLine(['config', 'render', '-', '--router', 'tokyo-1'], { stdin });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^note: tokyo-1 and tokyo-2 are in different subnets/);
  });

  test('prints one JSON object with --json', async () => {
    const { stdout } = await commandLine(['config', 'render', 'original-2014.yaml', '--router', 'tokyo-2', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'vyos-failover.config-render/1',
      topology: 'original-2014',
      router: 'tokyo-2',
      vyos: '1.1',
      release: '1.1',
      profile: 'original',
      lines: golden('original-2014/tokyo-2.1.1.set').trimEnd().split('\n'),
      secrets: ['/vyos-failover/original-2014/psk/tokyo-2--virginia-2'],
      notes: [],
    });
  });

  const wrong: [string, string[], RegExp][] = [
    ['an unknown router', ['--router', 'toky-1'], /did you mean tokyo-1\? .*tokyo-1, tokyo-2, virginia-1, virginia-2/],
    ['no router at all', [], /required option '--router <NAME>'/],
    [
      'an unknown version',
      ['--router', 'tokyo-1', '--vyos', '1.2'],
      /VyOS version "1\.2" is not supported\n.*hint: use one of 1\.1, 1\.3, 1\.4, 1\.5, or a version as `show version` prints it/,
    ],
    [
      'profile fast on 1.1',
      ['--router', 'tokyo-1', '--vyos', '1.1'],
      /needs BFD and AES-GCM, and VyOS 1\.1 has neither\n.*hint: use profile original/,
    ],
  ];
  test.each(wrong)('%s ends with 2, and nothing on stdout', async (_what, options, reason) => {
    const ended = await commandLine(['config', 'render', 'tokyo-virginia.yaml', ...options]);
    expect(ended).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringMatching(reason) as string });
  });

  test('prints a text for the administrator of a far end, and the same as JSON', async () => {
    const args = ['config', 'render', 'one-site-and-a-far-end.yaml', '--router', 'osaka-dc'];
    const { exitCode, stdout } = await commandLine(args);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Tunnel to tokyo-1 (tokyo, preferred)') as unknown]);
    expect(JSON.parse((await commandLine([...args, '--json'])).stdout)).toMatchObject({
      schema: 'vyos-failover.far-end/1',
      farEnd: 'osaka-dc',
      tunnels: [{ router: 'tokyo-1' }, { router: 'tokyo-2' }],
    });
  });

  test('a far end has no bundle, and the message explains why', async () => {
    const ended = await commandLine([
      'router',
      'bundle',
      'one-site-and-a-far-end.yaml',
      '--router',
      'osaka-dc',
      '--out',
      'x',
      '--api-url',
      'https://h',
    ]);
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('osaka-dc is a far end') as unknown });
  });

  test('a topology with mistakes ends with 2 and all of them', async () => {
    const { exitCode, stdout, stderr } = await commandLine(['config', 'render', '-', '--router', 'x'], {
      stdin: 'name: x\n',
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/1 mistake|\d+ mistakes/);
  });
});
