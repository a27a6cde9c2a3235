import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VyosVersion } from '#topology/topology.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { renderConfig } from '#vyos/render.ts';
import { example } from '../vyos/topologies.ts';
import { inWords } from './cells/one-push.ts';
import { type Answer, pushFile, RouterInCells } from './cells/router-in-cells.ts';

const topology = example('tokyo-virginia');
const OLD = 'old-key';

let folder: string;
let network: string;
let tokyo: RouterInCells;
let virginia: RouterInCells;
/** How many pushes there have been: each has a name of its own. */
let pushes = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'associations-'));
  tokyo = new RouterInCells();
  virginia = new RouterInCells();
});
afterAll(() => {
  for (const router of [tokyo, virginia]) router[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => onVersion('1.4'));

async function onVersion(vyos: VyosVersion): Promise<void> {
  const running = (router: string) =>
    renderConfig(topology, router, { vyos }).lines.map((line) =>
      (parseSetCommand(line, 0) ?? []).map((word) => word.replace(/\{\{ssm:.*\}\}/, OLD)),
    );
  network = join(folder, `network-${pushes}-${vyos}`);
  const routers = { '203.0.113.10': tokyo.folder, '198.51.100.10': virginia.folder };
  await tokyo.install(running('tokyo-1'), `${vyos}.0`);
  await virginia.install(running('virginia-1'), `${vyos}.0`);
  for (const router of [tokyo, virginia]) await router.join(network, routers);
}

/** Another value each time it is set up. */
const association = () =>
  Object.fromEntries(readdirSync(network).map((name) => [name, readFileSync(join(network, name), 'utf8')]))[
    '198.51.100.10--203.0.113.10'
  ];

async function act(
  router: RouterInCells,
  action: string,
  change: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const id = `${pushes}-1111-d9cb-469f-a165-70867728950e`;
  const none = { SSM_Base: '-', SSM_Sha256: '-', SSM_File: '-', SSM_UndoAfter: '0' };
  const { answer, said } = await router.act({ SSM_Action: action, SSM_Push: id, ...none, ...change });
  if (answer === null) throw new Error(said);
  return answer;
}

/** `pushes` names the last one: both ends of a tunnel may have the same. */
async function apply(router: RouterInCells, commands: readonly string[]): Promise<Answer> {
  const { digest, boot } = (await router.show()).answer as unknown as Shown;
  const words = commands.map(inWords);
  const roots = [...new Map(words.map(([, ...path]) => [path.slice(0, 2).join(' '), path.slice(0, 2)])).values()];
  const file = pushFile(words, roots, { id: boot.id, notAfter: boot.uptime + 120 });
  return act(router, 'apply', { SSM_Base: digest, SSM_UndoAfter: '300', ...file });
}

interface Shown {
  readonly digest: string;
  readonly boot: { readonly id: string; readonly uptime: number };
}

async function ebgp(router: RouterInCells): Promise<string[]> {
  const { as, peers } = (await router.bgp()).ipv4Unicast;
  return Object.values(peers)
    .filter(({ remoteAs }) => remoteAs !== as)
    .map(({ state }) => state);
}

const keyOf = (peer: string, key: string) => [`set vpn ipsec authentication psk ${peer} secret ${key}`];
const both = async () => [await ebgp(tokyo), await ebgp(virginia)].flat();
beforeEach(() => {
  pushes += 1;
});

describe('a new key', () => {
  it('is what the tunnel is set up with, when both ends have it', async () => {
    const before = association();
    expect(await apply(tokyo, keyOf('virginia-1', 'new-key'))).toMatchObject({ outcome: 'applied' });
    expect(await both()).toEqual(['Active', 'Active']);
    expect(await apply(virginia, keyOf('tokyo-1', 'new-key'))).toMatchObject({ outcome: 'applied' });
    expect(await both()).toEqual(['Established', 'Established']);
    expect(association()).not.toBe(before);
  });

  it('that does not match takes BGP down, and the old one restores it, whichever end rolls back first', async () => {
    for (const order of [
      [tokyo, virginia],
      [virginia, tokyo],
    ] as const) {
      pushes += 1;
      await apply(tokyo, keyOf('virginia-1', 'new-key'));
      await apply(virginia, keyOf('tokyo-1', 'another'));
      expect(await both()).toEqual(['Active', 'Active']);
      for (const router of order) expect(await act(router, 'undo')).toMatchObject({ outcome: 'undone' });
      expect(await both()).toEqual(['Established', 'Established']);
    }
  });

  it('is undone by the timer with its SA, too', async () => {
    await apply(tokyo, keyOf('virginia-1', 'new-key'));
    await tokyo.fireTimers();
    expect(await both()).toEqual(['Established', 'Established']);
  });

  it('is proven before 1.4, where a key stands in its peer and peers have no names', async () => {
    await onVersion('1.3');
    const set = (address: string) => [
      `set vpn ipsec site-to-site peer ${address} authentication pre-shared-secret new-key`,
    ];
    await apply(tokyo, set('198.51.100.10'));
    expect(await both()).toEqual(['Active', 'Active']);
    await apply(virginia, set('203.0.113.10'));
    expect(await both()).toEqual(['Established', 'Established']);
  });

  it('is rolled back if strongSwan does not answer: it cannot be verified', async () => {
    await tokyo.faults({ noStrongswan: 5 });
    expect(await apply(tokyo, keyOf('virginia-1', 'new-key'))).toMatchObject({
      outcome: 'undone',
      says: expect.stringContaining('strongSwan does not answer') as unknown,
    });
    expect((await tokyo.facts()).running.join('\n')).toContain(OLD);
    expect(await both()).toEqual(['Established', 'Established']);
  });

  it('waits for a strongSwan that the commit has restarted', async () => {
    await tokyo.faults({ noStrongswan: 3 });
    expect(await apply(tokyo, keyOf('virginia-1', 'new-key'))).toMatchObject({ outcome: 'applied' });
  });
});

it('other proposals are proven like a key', async () => {
  const before = association();
  await apply(tokyo, ['set vpn ipsec ike-group ike-initiate proposal 1 dh-group 20']);
  expect([association(), await both()]).toEqual([undefined, ['Active', 'Active']]);
  await apply(virginia, ['set vpn ipsec ike-group ike-respond proposal 1 dh-group 20']);
  expect([association() === before, await both()]).toEqual([false, ['Established', 'Established']]);
});

it('what has nothing to do with a tunnel leaves its SA alone', async () => {
  const before = association();
  await apply(tokyo, ['set protocols bgp timers keepalive 5', 'set interfaces tunnel tun0 mtu 1300']);
  await act(tokyo, 'undo');
  pushes += 1;
  await apply(tokyo, [
    'set vpn ipsec site-to-site peer osaka-1 ike-group ike-initiate',
    'set vpn ipsec authentication psk osaka-1 secret x',
  ]);
  expect(association()).toBe(before);
});

it('BGP over a tunnel needs the same addresses at both ends', async () => {
  const renumber = (end: number, peer: number) => [
    `delete interfaces tunnel tun0 address 169.254.10.${end}/30`,
    `set interfaces tunnel tun0 address 169.254.20.${end}/30`,
    `delete protocols bgp neighbor 169.254.10.${peer}`,
    `set protocols bgp neighbor 169.254.20.${peer} remote-as ${peer === 2 ? 65002 : 65001}`,
    `set protocols bgp neighbor 169.254.20.${peer} update-source tun0`,
  ];
  await apply(tokyo, renumber(1, 2));
  expect(await both()).toEqual(['Active', 'Active']);
  await apply(virginia, renumber(2, 1));
  expect(await both()).toEqual(['Established', 'Established']);
});
