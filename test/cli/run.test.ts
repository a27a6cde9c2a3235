import { describe, expect, test } from 'vitest';
import { requireTopology } from '#cli/topology-file.ts';
import { commandLine, examplesFolder } from './command-line.ts';

const esc = '\u001b[';

describe('help', () => {
  test('begins with examples and ends with the exit codes', async () => {
    const { exitCode, stdout, stderr } = await commandLine(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Examples:\n {2}\$ vyos-failover status\n/);
    expect([...stdout.matchAll(/^(\w+):$/gm)].map(([, heading]) => heading)).toEqual([
      'Examples',
      'Options',
      'Look',
      'Act',
      'Configure',
      'Lab',
    ]);
    expect(stdout).toMatch(
      /\n {2}4 {4}not done: declined, paused, or a safety rule said no\n {2}130 {2}interrupted\n$/,
    );
  });

  test('of a command begins with its examples', async () => {
    const { exitCode, stdout } = await commandLine(['topology', 'validate', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Examples:\n {2}\$ vyos-failover topology validate/);
  });

  test('--version is the version of the package', async () => {
    expect(await commandLine(['--version'])).toEqual({ exitCode: 0, stdout: '0.1.0\n', stderr: '' });
  });
});

describe('a wrong command line ends with 2 and says so on stderr', () => {
  test.each([
    ['no command', [], 'Usage: vyos-failover'],
    ['a command that does not exist', ['topolgy'], 'Did you mean topology?'],
    ['half a command', ['topology'], 'Usage: vyos-failover topology'],
    ['an unknown option', ['topology', 'validate', '--jsno'], 'Did you mean --json?'],
    ['an option without its value', ['topology', 'validate', '--topology'], 'argument missing'],
    ['too many arguments', ['topology', 'validate', 'a', 'b'], 'too many arguments'],
  ])('%s', async (_, argv, reason) => {
    const { exitCode, stdout, stderr } = await commandLine(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(reason);
  });
});

describe('colours', () => {
  const argv = ['topology', 'validate', 'tokyo-virginia.yaml'];

  test.each([
    ['are there on a terminal', argv, { terminal: true }, true],
    ['are there where NO_COLOR is empty', argv, { terminal: true, env: { NO_COLOR: '' } }, true],
    ['stay away from a file or pipe', argv, { terminal: false }, false],
    ['stay away with NO_COLOR', argv, { terminal: true, env: { NO_COLOR: '1' } }, false],
    ['stay away with --no-color', [...argv, '--no-color'], { terminal: true }, false],
    ['stay away from a dumb terminal', argv, { terminal: true, env: { TERM: 'dumb' } }, false],
    ['stay away from JSON', [...argv, '--json'], { terminal: true }, false],
  ])('%s', async (_, args, around, coloured) => {
    const { exitCode, stdout } = await commandLine(args, around);
    expect({ exitCode, coloured: stdout.includes(esc) }).toEqual({ exitCode: 0, coloured });
  });
});

test('an interrupted command ends with 130 and says nothing more', async () => {
  const ended = await commandLine(['topology', 'validate', 'none.yaml'], { signal: AbortSignal.abort() });
  expect(ended).toEqual({ exitCode: 130, stdout: '', stderr: '' });
});

describe('a command that needs a topology', () => {
  const io = { stdout: { write: () => true }, stderr: { write: () => true }, env: {}, cwd: examplesFolder };

  test('gets it', async () => {
    const topology = await requireTopology('original-2014.yaml', { ...io, stdin: nothing() });
    expect(topology.profile).toBe('original');
  });

  test('is refused one with mistakes, all of them named, with exit code 2', async () => {
    const refused = requireTopology('-', { ...io, stdin: nothing('name: x\nsites: {}\nextra: 1\n') });
    await expect(refused).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('2 mistakes') as string,
    });
  });
});

async function* nothing(text = '') {
  yield text;
}
