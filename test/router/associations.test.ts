import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packPush } from '#functions/config-push/push-file.ts';
import { readRunningConfig } from '#functions/config-push/running-config.ts';
import { routerProgram } from '#infra/router-program.ts';
import { SimulatedVyos } from '#lab/simulated-vyos/simulated-vyos.ts';
import type { VyosVersion } from '#topology/topology.ts';
import { renderConfig } from '#vyos/render.ts';
import { example } from '../vyos/topologies.ts';

const topology = example('tokyo-virginia');
const ATTEMPT = '0f8fad5b-d9cb-469f-a165-70867728950e';
const OLD = 'old-key';

let folder: string;
let tokyo: SimulatedVyos;
let virginia: SimulatedVyos;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'associations-'));
  for (const [script, modules] of [['apply-config'], ['show-config', ['running.py', 'show_config.py']]] as const) {
    writeFileSync(join(folder, script), routerProgram(script, modules && [...modules]).join('\n'));
    chmodSync(join(folder, script), 0o755);
  }
  onVersion('1.4');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function onVersion(vyos: VyosVersion): void {
  const running = (router: string) =>
    renderConfig(topology, router, { vyos }).lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, OLD));
  tokyo = SimulatedVyos.install(join(folder, `tokyo-${vyos}`), running('tokyo-1'), `${vyos}.0`);
  virginia = SimulatedVyos.install(join(folder, `virginia-${vyos}`), running('virginia-1'), `${vyos}.0`);
  SimulatedVyos.join(join(folder, `network-${vyos}`), { '203.0.113.10': tokyo, '198.51.100.10': virginia });
  network = join(folder, `network-${vyos}`);
}

let network: string;
const association = () => SimulatedVyos.associations(network)['198.51.100.10--203.0.113.10'];

function run(router: SimulatedVyos, script: string, variables: Readonly<Record<string, string>> = {}): string {
  const env = { ...router.shell.env, ...variables, PATH: `${router.shell.path}:/usr/bin:/bin` };
  return spawnSync(join(folder, script), { env, encoding: 'utf8' }).stdout;
}

function act(
  router: SimulatedVyos,
  Action: string,
  change: Readonly<Record<string, string>> = {},
): { outcome: string; says?: string } {
  const parameters = { Action, Push: ATTEMPT, Base: '-', Sha256: '-', File: '-', UndoAfter: '0', ...change };
  const variables = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [`SSM_${key}`, value]));
  return JSON.parse(run(router, 'apply-config', variables)) as { outcome: string };
}

function apply(router: SimulatedVyos, commands: readonly string[]): { outcome: string; says?: string } {
  const shown = readRunningConfig({ kind: 'answered', output: run(router, 'show-config') });
  if ('why' in shown) throw new Error(shown.why);
  const file = packPush(commands, [], { id: 'boot', notAfter: 1e9 });
  return act(router, 'apply', {
    Base: shown.digest,
    Sha256: file?.sha256 ?? '',
    File: file?.packed ?? '',
    UndoAfter: '300',
  });
}

function ebgp(router: SimulatedVyos): string[] {
  const { path, env } = router.shell;
  const { stdout } = spawnSync(join(path, 'vtysh'), { env: { ...env, PATH: '/usr/bin:/bin' }, encoding: 'utf8' });
  const { as, peers } = (
    JSON.parse(stdout) as { ipv4Unicast: { as: number; peers: Record<string, { remoteAs: number; state: string }> } }
  ).ipv4Unicast;
  return Object.values(peers)
    .filter(({ remoteAs }) => remoteAs !== as)
    .map(({ state }) => state);
}

const keyOf = (peer: string, key: string) => [`set vpn ipsec authentication psk ${peer} secret ${key}`];
const both = () => [ebgp(tokyo), ebgp(virginia)].flat();

describe('a new key', () => {
  it('is what the tunnel is set up with, when both ends have it', () => {
    const before = association();
    expect(apply(tokyo, keyOf('virginia-1', 'new-key'))).toMatchObject({ outcome: 'applied' });
    expect(both()).toEqual(['Active', 'Active']);
    expect(apply(virginia, keyOf('tokyo-1', 'new-key'))).toMatchObject({ outcome: 'applied' });
    expect(both()).toEqual(['Established', 'Established']);
    expect(association()).not.toBe(before);
  });

  it('that does not match takes BGP down, and the old one brings it back, whoever goes back first', () => {
    for (const order of [
      [tokyo, virginia],
      [virginia, tokyo],
    ] as const) {
      apply(tokyo, keyOf('virginia-1', 'new-key'));
      apply(virginia, keyOf('tokyo-1', 'another'));
      expect(both()).toEqual(['Active', 'Active']);
      for (const router of order) expect(act(router, 'undo')).toMatchObject({ outcome: 'undone' });
      expect(both()).toEqual(['Established', 'Established']);
    }
  });

  it('is undone by the timer with its SA, too', () => {
    apply(tokyo, keyOf('virginia-1', 'new-key'));
    tokyo.fireTimers();
    expect(both()).toEqual(['Established', 'Established']);
  });

  it('is proven before 1.4, where a key stands in its peer and peers have no names', () => {
    onVersion('1.3');
    const set = (address: string) => [
      `set vpn ipsec site-to-site peer ${address} authentication pre-shared-secret new-key`,
    ];
    apply(tokyo, set('198.51.100.10'));
    expect(both()).toEqual(['Active', 'Active']);
    apply(virginia, set('203.0.113.10'));
    expect(both()).toEqual(['Established', 'Established']);
  });

  it('is taken back where strongSwan cannot be asked: nobody could say whether it works', () => {
    tokyo.faults({ noStrongswan: 5 });
    expect(apply(tokyo, keyOf('virginia-1', 'new-key'))).toMatchObject({
      outcome: 'undone',
      says: expect.stringContaining('strongSwan does not answer') as unknown,
    });
    expect(tokyo.running.join('\n')).toContain(OLD);
    expect(both()).toEqual(['Established', 'Established']);
  });

  it('waits for a strongSwan that the commit has restarted', () => {
    tokyo.faults({ noStrongswan: 3 });
    expect(apply(tokyo, keyOf('virginia-1', 'new-key'))).toMatchObject({ outcome: 'applied' });
  });
});

it('other proposals are proven like a key', () => {
  const before = association();
  apply(tokyo, ['set vpn ipsec ike-group ike-initiate proposal 1 dh-group 20']);
  expect([association(), both()]).toEqual([undefined, ['Active', 'Active']]);
  apply(virginia, ['set vpn ipsec ike-group ike-respond proposal 1 dh-group 20']);
  expect([association() === before, both()]).toEqual([false, ['Established', 'Established']]);
});

it('what has nothing to do with a tunnel leaves its SA alone', () => {
  const before = association();
  apply(tokyo, ['set protocols bgp timers keepalive 5', 'set interfaces tunnel tun0 mtu 1300']);
  act(tokyo, 'undo');
  apply(tokyo, [
    'set vpn ipsec site-to-site peer osaka-1 ike-group ike-initiate',
    'set vpn ipsec authentication psk osaka-1 secret x',
  ]);
  expect(association()).toBe(before);
});

it('BGP over a tunnel needs the same addresses at both ends', () => {
  const renumber = (end: number, peer: number) => [
    `delete interfaces tunnel tun0 address 169.254.10.${end}/30`,
    `set interfaces tunnel tun0 address 169.254.20.${end}/30`,
    `delete protocols bgp neighbor 169.254.10.${peer}`,
    `set protocols bgp neighbor 169.254.20.${peer} remote-as ${peer === 2 ? 65002 : 65001}`,
    `set protocols bgp neighbor 169.254.20.${peer} update-source tun0`,
  ];
  apply(tokyo, renumber(1, 2));
  expect(both()).toEqual(['Active', 'Active']);
  apply(virginia, renumber(2, 1));
  expect(both()).toEqual(['Established', 'Established']);
});
