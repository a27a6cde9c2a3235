import { beforeEach, describe, expect, test } from 'vitest';
import { AskedSite } from './asked-site.ts';
import { commandLine, type Surroundings } from './command-line.ts';

let site: AskedSite;
beforeEach(() => {
  site = new AskedSite();
});

/** Every command that speaks to one site, complete. */
const OF_A_SITE: readonly (readonly string[])[] = [
  ['status', 'tokyo'],
  ['explain', 'tokyo'],
  ['history', 'tokyo'],
  ['plan', 'tokyo'],
  ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'x', '--yes'],
  ['failback', 'tokyo', '--reason', 'x', '--yes'],
  ['pause', 'tokyo', '--for', '30m', '--reason', 'x', '--yes'],
  ['resume', 'tokyo', '--yes'],
  ['maintenance', 'on', 'tokyo', 'tokyo-2', '--reason', 'x', '--yes'],
];

/** Commands that read only the file. */
const OF_A_FILE: readonly (readonly string[])[] = [
  ['topology', 'validate'],
  ['topology', 'security-groups'],
  ['config', 'render', '--router', 'tokyo-1'],
  ['router', 'bundle', '--router', 'tokyo-1', '-o', 'bundle', '--api-url', 'https://a.example', '--dry-run'],
];

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

const fault = (name: string, more: object = {}): Surroundings => ({
  invoke: () => {
    throw Object.assign(new Error('refused'), { name, ...more });
  },
});

describe('wrong input is a sentence, the right exit code, and nothing half-done', () => {
  describe.each(OF_A_SITE.map((line) => [line.slice(0, 2).join(' '), line] as const))('%s', (_, line) => {
    test.each([
      ['a wrong site', 'osaka', {}, 2, /has no site "osaka"\n {4}hint: choose one of: tokyo, virginia/],
      ['a wrong file', 'tokyo', { env: { VYOS_FAILOVER_TOPOLOGY: 'none.yaml' } }, 2, /none\.yaml .*: no such file/],
      ['no credentials', 'tokyo', fault('CredentialsProviderError'), 1, /hint: log in/],
      ['no permission', 'tokyo', fault('AccessDeniedException'), 1, /hint: grant /],
      ['no network', 'tokyo', fault('Error', { code: 'ENOTFOUND' }), 1, /cannot be reached/],
    ] as const)('with %s', async (_what, name, around, exitCode, says) => {
      const words = line.map((word) => (word === 'tokyo' ? name : word));
      await expectSaid(words, around, exitCode, says);
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

  test.each(OF_A_SITE.filter((line) => line.includes('--yes')).map((line) => [line[0], line] as const))(
    '%s without a terminal and --yes',
    async (_, line) => {
      const words = line.filter((word) => word !== '--yes');
      await expectSaid(words, {}, 2, /there is no terminal to ask on\n {4}hint: use --yes/);
      expect(site.world).toMatchObject({ replaced: [], history: [] });
    },
  );

  test.each(OF_A_FILE.map((line) => [line.slice(0, 2).join(' '), line] as const))(
    '%s with a wrong file',
    async (_, line) => {
      await expectSaid([...line, '--topology', 'none.yaml'], {}, 2, /none\.yaml: no such file/);
      expect(site.asked).toEqual([]);
    },
  );

  test.each([
    [['switchover', 'tokyo', '--to', 'tokyo-9', '--reason', 'x', '--yes'], /has no router "tokyo-9"/],
    [['maintenance', 'on', 'tokyo', 'tokyo-9', '--reason', 'x', '--yes'], /has no router "tokyo-9"/],
    [['plan', 'tokyo', '--to', 'virginia-1'], /has no router "virginia-1"/],
    [['pause', 'tokyo', '--for', 'soon', '--reason', 'x', '--yes'], /must be a duration such as 30m/],
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
