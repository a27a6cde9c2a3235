/** Which topology the printed commands name. */

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextCommands } from '#cli/output/next-command.ts';
import { AskedSite } from './asked-site.ts';
import { commandLine, examplesFolder, type Surroundings } from './command-line.ts';

describe('a printed command', () => {
  const status = (named: string | undefined, byDefault = 'topology.yaml') =>
    nextCommands({ named, byDefault, cwd: '/network' })('status', 'tokyo');

  it.each([undefined, 'topology.yaml', './topology.yaml', '/network/topology.yaml'])(
    'does not name the topology that is read anyway: %s',
    (named) => expect(status(named)).toBe('vyos-failover status tokyo'),
  );

  it('does not name the topology of VYOS_FAILOVER_TOPOLOGY, and names another one', () => {
    expect(status('a.yaml', 'a.yaml')).toBe('vyos-failover status tokyo');
    expect(status('topology.yaml', 'a.yaml')).toBe('vyos-failover status tokyo --topology topology.yaml');
  });

  it.each([
    ['b.yaml', 'b.yaml'],
    ['../my network.yaml', "'../my network.yaml'"],
    ["it's $(here).yaml", String.raw`'it'\''s $(here).yaml'`],
    ['-', '-'],
  ])('names %s as %s', (named, word) => expect(status(named)).toBe(`vyos-failover status tokyo --topology ${word}`));
});

/** Files with commands that name another topology, or none: of former files, of an emulated deployment, in general, in a new topology. */
const OTHERS = new Set([
  'changes/plan/deployment.ts',
  'changes/plan/refusals.ts',
  'changes/read/read-former-sites.ts',
  'commands/emulate.ts',
  'deployed/former-stacks.ts',
  'destroy/histories-left.ts',
  'doctor/bundle.ts',
  'init/topology-text.ts',
]);

it('no command is written into a text of the command line: each is made', () => {
  const folder = join(examplesFolder, '../cli');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const written = files.flatMap((file) => {
    // Examples of the help are whole lines.
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    return lines.some((line) => COMMAND.test(code(line))) ? [file] : [];
  });
  expect(written.filter((file) => !OTHERS.has(file))).toEqual([]);
});

const COMMAND =
  /vyos-failover (acknowledge|addresses|changes|config|connectivity|destroy|doctor|drill|explain|failback|history|maintenance|pause|plan|report|resume|rollout|route-latency|router|secrets|status|switchover|topology|ui|upgrade)\b/;

/** A line without comments and examples. */
function code(line: string): string {
  return /^\s*(\*|\/\*\*|\/\/|'vyos-failover |examples\()/.test(line) ? '' : line;
}

describe('a command line with a topology of another name', () => {
  const FILE = 'my network.yaml';
  const NAMED = "--topology 'my network.yaml'";
  let cwd: string;
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'next-'));
    copyFileSync(join(examplesFolder, 'tokyo-virginia.yaml'), join(cwd, FILE));
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  /** Every command that a command line prints. */
  async function printed(line: readonly string[], around: Surroundings = {}): Promise<string[]> {
    const site = new AskedSite();
    site.world.stored = { ...site.world.stored, pause: { since: 0, until: 4e12, by: 'ann', reason: 'x' } };
    const answer = { cwd, env: {}, invoke: (call: Parameters<AskedSite['answer']>[0]) => site.answer(call) };
    const { stdout, stderr } = await commandLine(line, { ...answer, ...around });
    return `${stdout}${stderr}`.split('\n').filter((each) => /vyos-failover [a-z]/.test(each));
  }

  it.each<[string, readonly string[]]>([
    ['status', ['status', 'tokyo']],
    ['explain', ['explain', 'tokyo']],
    ['a refusal', ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'x', '--yes']],
    ['a done change', ['resume', 'tokyo', '--yes']],
    ['a warning', ['maintenance', 'on', 'tokyo', 'tokyo-1', '--reason', 'x', '--dry-run']],
    ['a drill', ['drill', 'tokyo', '--dry-run']],
    ['doctor', ['doctor', 'tokyo']],
    ['an id that is not known', ['acknowledge', 'swap-9', '--site', 'tokyo', '--reason', 'x', '--yes']],
  ])('%s names it in each printed command', async (_, line) => {
    const found = await printed([...line, '--topology', FILE]);
    expect(found).not.toEqual([]);
    for (const each of found) expect(each).toContain(NAMED);
  });

  it('an error names it, also where the topology is an argument', async () => {
    const silent = { invoke: () => Promise.reject(Object.assign(new Error('lost'), { code: 'ECONNRESET' })) };
    expect(await printed(['status', 'tokyo', '--topology', FILE], silent)).toEqual([
      expect.stringContaining(`vyos-failover status tokyo ${NAMED}`),
    ]);
    expect(await printed(['config', 'push', FILE, '--site', 'tokyo', '--dry-run'], silent)).toEqual([
      expect.stringContaining(`vyos-failover status tokyo ${NAMED}`),
    ]);
    expect(await printed(['secrets', 'check', FILE])).toEqual([`next: vyos-failover secrets create ${NAMED}`]);
  });
});
