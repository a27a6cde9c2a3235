import { Command } from 'commander';
import { beforeEach, describe, expect, test } from 'vitest';
import { commandsFor } from '#cli/commands/index.ts';
import type { Call } from '#cli/environment.ts';
import { AskedSite } from './asked-site.ts';
import { cliWith, commandLine, type Surroundings } from './command-line.ts';
import { OF_A_SITE, OTHERS } from './command-lines.ts';
import { UnreachableAws } from './unreachable-aws.ts';

let site: AskedSite;
beforeEach(() => {
  site = new AskedSite();
});

/** A sentence on stderr without a stack, and with --json the same as an object, alone on stdout. */
async function expectSaid(
  line: readonly string[],
  around: Surroundings,
  exitCode: number,
  says: RegExp,
): Promise<void> {
  const plain = await site.run(line, around);
  expect({ ...plain, stderr: '' }).toEqual({ exitCode, stdout: '', stderr: '' });
  expect(plain.stderr).toMatch(says);
  expect(plain.stderr).not.toMatch(/\n {4}at |This is a bug/);
  const json = await site.run([...line, '--json'], around);
  // Of several sites some may answer: status names those that did not in its own object.
  const { unseen, ...error } = JSON.parse(json.stdout) as {
    unseen?: object[];
    schema: string;
    says: string;
    hint?: string;
  };
  const schema = unseen === undefined ? 'vyos-failover.error/1' : 'vyos-failover.status/1';
  expect([json.exitCode, error.schema]).toEqual([exitCode, schema]);
  const view = { ...error, ...unseen?.[0] };
  expect(`${view.says} ${view.hint ?? ''}`).not.toMatch(/\n|^error:/);
}

/** A call that fails. */
const fault =
  (name: string, more: object = {}) =>
  (): never => {
    throw Object.assign(new Error('refused'), { name, ...more });
  };

describe('wrong input is a sentence, the right exit code, and nothing half-done', () => {
  describe.each(OF_A_SITE)('%s', (words) => {
    const line = words.split(' ');
    test.each([
      ['a wrong site', 'osaka', {}, 2, /has no site "osaka"\n {4}hint: choose one of: tokyo, virginia/],
      ['a wrong file', 'tokyo', { env: { VYOS_FAILOVER_TOPOLOGY: 'none.yaml' } }, 2, /none\.yaml .*: no such file/],
      ['no credentials', 'tokyo', { invoke: fault('CredentialsProviderError') }, 1, /hint: log in/],
      ['no permission', 'tokyo', { invoke: fault('AccessDeniedException') }, 1, /hint: grant /],
      ['no network', 'tokyo', { invoke: fault('Error', { code: 'ENOTFOUND' }) }, 1, /cannot be reached/],
    ] as const)('with %s', async (_what, name, around, exitCode, says) => {
      const renamed = line.map((word) => (word === 'tokyo' ? name : word));
      await expectSaid(renamed, around, exitCode, says);
      expect(site.world).toMatchObject({ replaced: [], history: [] });
    });

    test('after Ctrl-C', async () => {
      expect(await site.run(line, { signal: AbortSignal.abort() })).toMatchObject({ exitCode: 130, stdout: '' });
      expect(site.world).toMatchObject({ replaced: [], history: [] });
    });

    test('but in 40 columns ends as in any other width', async () => {
      expect(await site.run(line, { columns: 40, terminal: true })).toMatchObject({ exitCode: 0 });
    });
  });

  test.each(OF_A_SITE.filter((line) => line.includes(' --yes')))('%s without a terminal and --yes', async (line) => {
    await expectSaid(
      line.replace(' --yes', '').split(' '),
      {},
      2,
      /there is no terminal to ask on\n {4}hint: use --yes/,
    );
    expect(site.world).toMatchObject({ replaced: [], history: [] });
  });

  test.each([
    [['switchover', 'tokyo', '--to', 'tokyo-9', '--reason', 'x', '--yes'], /has no router "tokyo-9"/],
    [['maintenance', 'on', 'tokyo', 'tokyo-9', '--reason', 'x', '--yes'], /has no router "tokyo-9"/],
    [['plan', 'tokyo', '--to', 'virginia-1'], /has no router "virginia-1"/],
    [['pause', 'tokyo', '--for', 'soon', '--reason', 'x', '--yes'], /must be a duration such as 30m/],
    [['drill', 'tokyo', '--dwell', 'soon', '--yes'], /must be a duration such as 30s/],
    [['drill', 'tokyo', '--window', '25:00-04:00', '--yes'], /must be /],
    [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
    [['history', 'tokyo', '--limit', '-1'], /whole number from 1 to 1000/],
    [['status', 'tokyo', '--watch', '0'], /whole number from 1 to 3600/],
    [['switchover', 'tokyo', '--reason', 'x'], /required option '--to <ROUTER>' not specified/],
    [['statsu'], /unknown command 'statsu'/],
  ] as const)('%j', async (line, says) => {
    await expectSaid(line, {}, 2, says);
    expect(site.world.replaced).toEqual([]);
  });

  test('half a command', async () => {
    const { exitCode, stdout } = await site.run(['config', '--json']);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([2, { schema: 'vyos-failover.error/1', exitCode: 2 }]);
  });

  test.each(['/proc/none/bundle', '/dev/null/bundle'])('router bundle -o %s', async (out) => {
    const line = ['router', 'bundle', 'tokyo-virginia.yaml', '--router', 'tokyo-1', '--api-url', 'https://a.example'];
    const { exitCode, stderr } = await commandLine([...line, '-o', out]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`${out} cannot be written: `)]);
  });
});

/** As in the shell: `config push`. `complete` is called by completion scripts only, and prints nothing for wrong words. */
async function allCommands(): Promise<string[]> {
  const program = new Command();
  for (const add of await commandsFor([])) add(program, cliWith({}));
  const namesIn = (command: Command, before: string): string[] =>
    command.commands.length === 0
      ? [before.trim()]
      : command.commands.flatMap((each) => namesIn(each, `${before} ${each.name()}`));
  return namesIn(program, '').filter((name) => name !== 'complete');
}

test('every command is in the tables', async () => {
  const lines: readonly string[] = [...OF_A_SITE, ...OTHERS.map(({ line }) => line)];
  expect((await allCommands()).filter((name) => !lines.some((line) => `${line} `.startsWith(`${name} `)))).toEqual([]);
});

const FAULTS = [
  ['no credentials', 'CredentialsProviderError', {}],
  ['no permission', 'AccessDeniedException', {}],
  ['no network', 'Error', { code: 'ENOTFOUND' }],
] as const;

const run = (line: string, around: Surroundings) =>
  commandLine(line.split(' '), { env: { VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' }, ...around });
const NAMED_SITE = / tokyo\b(?!-)/;
const withAws = OTHERS.filter(({ withoutAws }) => withoutAws !== true);

describe('every other command', () => {
  test.each(OTHERS.filter(({ line }) => NAMED_SITE.test(line)))('$line with a wrong site', async ({ line }) => {
    const mayBeAnId = line.startsWith('acknowledge tokyo');
    const says = mayBeAnId ? /^"osaka" is not the name of a site/ : /has no site "osaka"\n {4}hint: /;
    await expectSaid(line.replace(NAMED_SITE, ' osaka').split(' '), {}, mayBeAnId ? 1 : 2, says);
    expect(site.world).toMatchObject({ replaced: [], history: [] });
  });

  test.each(OTHERS.filter(({ line }) => line.includes('tokyo-1')))('$line with a wrong router', async ({ line }) => {
    await expectSaid(line.replace('tokyo-1', 'tokyo-9').split(' '), {}, 2, /tokyo-9/);
    expect(site.world).toMatchObject({ replaced: [], history: [] });
  });

  test.each(OTHERS.filter(({ withoutFile }) => withoutFile !== true))('$line with a wrong file', async ({ line }) => {
    const none = { env: { VYOS_FAILOVER_TOPOLOGY: 'none.yaml' } };
    await expectSaid(line.replace('created.yaml', 'none.yaml').split(' '), none, 2, /none\.yaml.*: no such file/);
    expect(site.asked).toEqual([]);
  });

  describe.each(FAULTS)('with %s', (_, name, more) => {
    test.each(withAws)('$line', async ({ line, onFault: ofSite = 1 }) => {
      const onFault = name === 'CredentialsProviderError' ? 1 : ofSite;
      const aws = new UnreachableAws(fault(name, more));
      const { exitCode, stdout, stderr } = await run(line, aws.around);
      expect([exitCode, aws.writes]).toEqual([onFault, []]);
      expect(stdout + stderr).toMatch(/hint: |→ /);
      expect(stdout + stderr).not.toMatch(/\n {4}at |This is a bug|TypeError|CredentialsProviderError/);
      const json = await run(`${line} --json`, aws.around);
      const schema = expect.stringMatching(/^vyos-failover\./) as string;
      expect([json.exitCode, JSON.parse(json.stdout)]).toMatchObject([onFault, { schema }]);
    });
  });

  test('in a Region that the account has not enabled says that this may be it', async () => {
    const aws = new UnreachableAws(fault('UnrecognizedClientException'));
    const { stderr } = await run('secrets check', aws.around);
    expect(stderr).toMatch(
      /hint: log in .*; the same is answered where the account has not enabled (ap-northeast-1|us-east-1) /,
    );
  });

  test.each(OTHERS.filter(({ line }) => line.includes(' --yes')))('$line without a terminal', async ({ line }) => {
    const aws = new UnreachableAws(fault('AccessDeniedException'));
    const says = /there is no terminal to ask on\n {4}hint: use --yes/;
    await expectSaid(line.replace(' --yes', '').split(' '), aws.around, 2, says);
    expect(aws.writes).toEqual([]);
  });

  test.each(OTHERS)('$line after Ctrl-C', async ({ line }) => {
    expect(await run(line, { signal: AbortSignal.abort() })).toMatchObject({ exitCode: 130, stdout: '' });
  });

  test.each(withAws)('$line with Ctrl-C while a call is under way', async ({ line }) => {
    const interrupt = new AbortController();
    const aws = new UnreachableAws(() => {
      interrupt.abort();
      throw interrupt.signal.reason;
    });
    const { exitCode, stdout, stderr } = await run(line, { ...aws.around, signal: interrupt.signal });
    expect([exitCode, aws.writes]).toEqual([130, []]);
    expect(stdout + stderr).not.toMatch(/\n {4}at |This is a bug/);
  });
});

/** Rows of a table (two spaces between cells) that are wider than the terminal, although their last cell has several words. */
function tooWide(stdout: string, columns: number): string[] {
  const isRow = (text: string) => / {2,}\S+ \S/.test(text.trimStart()) && !/^[!✓✗] |^SG_|^ *aws /.test(text);
  return stdout.split('\n').filter((text) => text.length > columns && isRow(text));
}

test.each([
  'status tokyo',
  'history tokyo',
  'history --site all',
  'plan tokyo',
  'switchover tokyo --to tokyo-2 --reason x --yes',
  'topology validate',
  'topology security-groups',
  'addresses --topology created.yaml',
  'destroy --dry-run',
  'connectivity tokyo',
  'doctor tokyo',
])('%s has no table wider than a terminal of 40 columns', async (line) => {
  await site.run(['pause', 'tokyo', '--for', '30m', '--reason', 'game day of the network team', '--yes']);
  const env = { NO_COLOR: '1', VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' };
  const { stdout } = await site.run(line.split(' '), { env, terminal: true, columns: 40 });
  expect(stdout).not.toBe('');
  expect(tooWide(stdout, 40)).toEqual([]);
});

test('Ctrl-C while a switchover is under way states that it continues', async () => {
  const interrupt = new AbortController();
  const invoke = async (call: Call) => {
    const answer = await site.answer(call);
    if (site.calls.length === 1) return answer;
    interrupt.abort();
    throw interrupt.signal.reason;
  };
  const line = ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'x', '--yes', '--json'];
  const { exitCode, stdout, stderr } = await site.run(line, { invoke, signal: interrupt.signal });
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([130, { exitCode: 130, says: 'Interrupted.' }]);
  expect(stderr).toContain('The function continues to run; check its result with vyos-failover status tokyo');
});
