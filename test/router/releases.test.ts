/** What a router runs decides the commands: real `show-config`, on simulated VyOS of several releases, and a plan by it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toPushPlan } from '#functions/config-push/plan/plan-answer.ts';
import { routerProgram } from '#infra/router-program.ts';
import { SimulatedVyos } from '#simulated-vyos/simulated-vyos.ts';
import { renderConfig } from '#vyos/render.ts';
import { planFile } from '../functions/fake-routers.ts';
import { FILE, PushedPair, topology } from '../functions/pushed-pair.ts';

const OLDER = '1.5-rolling-202411230006';
const NEWER = '2026.06.24-0045-rolling';
/** The other end calls tokyo-1: that is what the two releases say differently. */
const RESPONDING = FILE.replaceAll('[tokyo-1, virginia-1]', '[virginia-1, tokyo-1]');

let folder: string;
let pair: PushedPair;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'releases-'));
  writeFileSync(join(folder, 'show-config'), routerProgram('show-config').join('\n'), { mode: 0o755 });
  pair = new PushedPair();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** tokyo-1 as the topology has it, on this release. */
function tokyo1(release: string): SimulatedVyos {
  const lines = renderConfig(topologyOf(), 'tokyo-1', { vyos: release }).lines;
  pair.pushes.configs['tokyo-1'] = { lines, at: 0, id: 'push-0' };
  return SimulatedVyos.install(join(folder, 'router'), lines.map(withKey), release);
}

function topologyOf(): typeof topology {
  const tunnels = topology.tunnels.map((tunnel) => {
    const [a, b] = tunnel.between;
    return a === 'tokyo-1' && b === 'virginia-1' ? { ...tunnel, between: [b, a] as const } : tunnel;
  });
  return { ...topology, tunnels };
}

const withKey = (line: string) => line.replace(/'\{\{ssm:.*\}\}'/, 'a-key');

/** What config-push says of tokyo-1, by what its `show-config` prints. */
async function plan(router: SimulatedVyos) {
  const { path, env } = router.shell;
  const shown = spawnSync(join(folder, 'show-config'), {
    env: { ...env, PATH: `${path}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  pair.active.answers.show = [{ kind: 'answered', output: shown.stdout }];
  const found = await planFile(RESPONDING, [], pair.tools());
  if ('outcome' in found) throw new Error(found.says);
  return toPushPlan(found).routers.find(({ name }) => name === 'tokyo-1');
}

describe('a router that was upgraded, and whose configuration VyOS has migrated', () => {
  it('has not drifted; what the newer release has besides is a difference, and respond is none', async () => {
    const router = tokyo1(OLDER);
    router.upgrade(NEWER);
    expect(router.running.join('\n')).toContain('connection-type trap');
    expect(await plan(router)).toMatchObject({
      vyos: NEWER,
      problem: undefined,
      drift: { added: [], removed: [] },
      commands: [
        expect.stringContaining('retransmission attempts'),
        expect.stringContaining('retransmission base'),
        expect.stringContaining('retransmission timeout'),
        expect.stringContaining('bfd strict'),
        expect.stringContaining('bfd strict'),
      ] as unknown,
      tunnels: [],
    });
  });

  it('has not drifted from 1.3 either: what VyOS has renamed is managed under its new name, and removed', async () => {
    const router = tokyo1('1.3.8');
    router.upgrade('1.4.2');
    const { commands = [], ...rest } = (await plan(router)) ?? {};
    expect(rest).toMatchObject({ problem: undefined, drift: { added: [], removed: [] }, leftAlone: [], tunnels: [] });
    expect(commands.filter((command) => command.startsWith('delete')).toSorted()).toEqual([
      'delete protocols bfd peer',
      'delete vpn ipsec authentication psk peer_198-51-100-10',
      'delete vpn ipsec site-to-site peer peer_198-51-100-10',
    ]);
  });

  it('has nothing to change where it was pushed to since', async () => {
    expect(await plan(tokyo1(NEWER))).toMatchObject({ commands: [], problem: undefined });
  });

  it('uses its own command templates, with any release name', async () => {
    const router = tokyo1('1.5.0-of-somebody');
    writeFileSync(
      join(
        router.folder,
        'opt/vyatta/share/vyatta-cfg/templates/vpn/ipsec/site-to-site/peer/node.tag/connection-type/node.def',
      ),
      'syntax:expression: exec "validate-value --regex \'(initiate|respond|none)\'"\n',
    );
    const { commands = [] } = (await plan(router)) ?? {};
    expect(commands).toContain('set vpn ipsec site-to-site peer virginia-1 connection-type respond');
  });

  it('goes by the name of the release where there are no templates', async () => {
    const router = tokyo1(NEWER);
    rmSync(join(router.folder, 'opt/vyatta/share'), { recursive: true });
    expect(await plan(router)).toMatchObject({ commands: [], problem: undefined });
  });
});

it('a release other than the topology’s gets a note, and is not refused', async () => {
  const { notes, problem, vyos } = (await plan(tokyo1(OLDER))) ?? {};
  expect([vyos, problem, notes]).toEqual([
    OLDER,
    undefined,
    [`it runs VyOS ${OLDER}, and the topology says 1.4: the commands are those of 1.5; correct vyos in the topology`],
  ]);
});
