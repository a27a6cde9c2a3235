import { describe, expect, test } from 'vitest';
import { requireTopology } from '#cli/topology-file.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { AskedSite } from './asked-site.ts';
import { commandLine, examplesFolder } from './command-line.ts';

const esc = '\u001b[';

describe('help', () => {
  test('begins with the usage and ends with examples and the exit codes', async () => {
    const { exitCode, stdout, stderr } = await commandLine(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: [\s\S]*\n\nExamples:\n {2}\$ vyos-failover status\n/);
    expect([...stdout.matchAll(/^(\w+):$/gm)].map(([, heading]) => heading)).toEqual([
      'Options',
      'Inspect',
      'Operate',
      'Configure',
      'Emulate',
      'Examples',
    ]);
    expect(stdout).toMatch(
      /\n {2}4 {4}not done: declined, paused, or refused by a safety rule\n {2}130 {2}interrupted\n$/,
    );
  });

  test('of a command ends with its examples', async () => {
    const { exitCode, stdout } = await commandLine(['topology', 'validate', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: [\s\S]*\n\nExamples:\n {2}\$ vyos-failover topology validate/);
  });

  test('of a command shows which options are required', async () => {
    const { stdout } = await commandLine(['switchover', '--help']);
    expect(stdout).toContain('Usage: vyos-failover switchover [options] --to <ROUTER> --reason <TEXT> <SITE>\n');
    expect(stdout).toMatch(/--to <ROUTER> .*\(required\)/);
    expect(stdout).not.toMatch(/--by <WHO>[^-]*\(required\)/);
  });

  test('--version is the version of the package', async () => {
    expect(await commandLine(['--version'])).toEqual({ exitCode: 0, stdout: `${PRODUCT_VERSION}\n`, stderr: '' });
  });
});

describe('a wrong command line ends with 2 and a message on stderr', () => {
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

test.each([
  [['maintenance', 'on', 'tokyo'], 'vyos-failover maintenance --help shows its arguments and options, with examples'],
  [['config', 'pusch'], 'vyos-failover config --help lists the commands'],
  [['statsu'], 'vyos-failover --help lists the commands'],
])('%j says which help describes it, in JSON too', async (argv, hint) => {
  expect((await commandLine(argv)).stderr).toMatch(new RegExp(String.raw`\n {4}hint: ${hint}\n$`));
  const { stdout } = await commandLine([...argv, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'vyos-failover.error/1', exitCode: 2, hint });
});

describe('colours', () => {
  const argv = ['topology', 'validate', 'tokyo-virginia.yaml'];

  test.each([
    ['are printed on a terminal', argv, { terminal: true }, true],
    ['are printed if NO_COLOR is empty', argv, { terminal: true, env: { NO_COLOR: '' } }, true],
    ['are not printed to a file or pipe', argv, { terminal: false }, false],
    ['are not printed with NO_COLOR', argv, { terminal: true, env: { NO_COLOR: '1' } }, false],
    ['are not printed with --no-color', [...argv, '--no-color'], { terminal: true }, false],
    ['are not printed on a dumb terminal', argv, { terminal: true, env: { TERM: 'dumb' } }, false],
    ['are not printed in JSON', [...argv, '--json'], { terminal: true }, false],
  ])('%s', async (_, args, around, coloured) => {
    const { exitCode, stdout } = await commandLine(args, around);
    expect({ exitCode, coloured: stdout.includes(esc) }).toEqual({ exitCode: 0, coloured });
  });
});

test('an interrupted command ends with 130 and prints nothing more', async () => {
  const ended = await commandLine(['topology', 'validate', 'none.yaml'], { signal: AbortSignal.abort() });
  expect(ended).toEqual({ exitCode: 130, stdout: '', stderr: '' });
});

describe('a command that requires a topology', () => {
  const io = { stdout: { write: () => true }, stderr: { write: () => true }, env: {}, cwd: examplesFolder };

  test('receives it', async () => {
    const topology = await requireTopology('original-2014.yaml', { ...io, stdin: nothing() });
    expect(topology.profile).toBe('original');
  });

  test('ends with 2 and lists all mistakes of an invalid one', async () => {
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

test.each([
  [
    'of an option',
    ['pause', 'tokyo', '--reason', 'x', '--for', 'x'.repeat(5_000)],
    /^error: option '--for <TIME>'.*…x+' is invalid\. It must/,
  ],
  ['as an option', [`--${'x'.repeat(5_000)}`], /^error: unknown option '--x+…x+'/],
  ['as the name of a site', ['status', 'x'.repeat(5_000)], /has no site "x+…/],
])('a word of 5,000 characters %s is not repeated whole', async (_, line, says) => {
  const plain = await new AskedSite().run(line);
  expect([plain.exitCode, plain.stdout]).toEqual([2, '']);
  expect(plain.stderr).toMatch(says);
  expect(plain.stderr.length).toBeLessThan(700);
  expect((await new AskedSite().run([...line, '--json'])).stdout.length).toBeLessThan(900);
});
