import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import { pushSite } from '#functions/config-push/push/push-site.ts';
import { type FakePushes, type FakeRouter, planFile, SILENT } from './fake-routers.ts';
import type { FakeWorld } from './fakes.ts';
import { FILE, PushedPair, WIDER } from './pushed-pair.ts';

let pair: PushedPair;
let world: FakeWorld;
let active: FakeRouter;
let standby: FakeRouter;
let pushes: FakePushes;
beforeEach(() => {
  pair = new PushedPair('new');
  ({ world, active, standby, pushes } = pair);
});

describe('a push is refused, and no router is touched', () => {
  const swap = { epoch: 4, to: 'eni-0a1b2c3d4e5f60012', reason: 'owner-left' };
  it.each<[string, () => void, string, RegExp]>([
    [
      'while a swap is under way',
      () => pair.store({ epoch: 4, leasedUntil: world.now + 9_000 }),
      'lease-held',
      /swap 4 is under way/,
    ],
    [
      'while a swap is unfinished',
      () => pair.store({ unfinished: swap }),
      'swap-unfinished',
      /swap 4 to tokyo-2 is not finished/,
    ],
    [
      'in hold-down',
      () => pair.store({ automaticSwaps: [world.now - 100_000] }),
      'hold-down',
      /hold-down after a failover lasts another 200 s/,
    ],
    [
      'in a pause',
      () => pair.store({ pause: { since: 0, until: world.now + 9_000, by: 'bob', reason: 'game day' } }),
      'paused',
      /bob paused this site/,
    ],
    [
      'when the store does not answer a decision',
      () => void (world.storeDown = true),
      'memory-unreachable',
      /store does not answer/,
    ],
    [
      'when the routes are split',
      () => void world.targets.set([...world.targets.keys()][0] ?? '', world.site.routers.standby.eni),
      'owner-unknown',
      /routes are split/,
    ],
    [
      'when a router is silent',
      () => void (active.answers.show = [SILENT, SILENT]),
      'silent',
      /the configuration of tokyo-1 could not be read: no answer/,
    ],
    [
      'when a router has no agent',
      () => {
        active.answers.show = [SILENT, SILENT];
        active.agent = { instance: 'i-0000000000000001a', kind: 'none' };
      },
      'silent',
      /the configuration of tokyo-1 could not be read: no agent: Systems Manager knows no SSM agent on i-\w+; .* \(no answer/,
    ],
    [
      'when its agent runs no push',
      () =>
        void (standby.agent = {
          instance: 'i-0000000000000002a',
          kind: 'online',
          version: '3.3.987.0',
          lastPingAt: 0,
        }),
      'old-agent',
      /tokyo-2: the SSM agent on i-\w+ is 3\.3\.987\.0, and it takes 3\.3\.2746\.0 or later/,
    ],
    [
      'when its answer is cut off',
      () => void (active.answers.show = Array<CommandEnd>(2).fill({ kind: 'answered', output: '{"version":' })),
      'silent',
      /its answer cannot be read/,
    ],
    ['on a version that we do not speak', () => void (standby.version = '2.0'), 'version', /tokyo-2 runs VyOS "2.0"/],
    [
      'when its version cannot be read',
      () => void (standby.version = ''),
      'version',
      /the VyOS release of tokyo-2 could not be read .* show version on the router/,
    ],
    [
      'when its VyOS has nothing of what the profile needs',
      () => void (standby.version = '1.1.8'),
      'version',
      /it runs VyOS 1\.1\.8: tokyo-2: profile fast needs BFD and AES-GCM, .*; use profile original/,
    ],
    [
      'when BGP cannot be read before',
      () => void (standby.answers.bgp = [SILENT, SILENT, SILENT, SILENT]),
      'silent',
      /did not report its BGP/,
    ],
  ])('%s', async (_, arrange, reason, says) => {
    arrange();
    const result = await pair.push();
    expect([result.outcome, result.reason, result.says]).toEqual(['refused', reason, expect.stringMatching(says)]);
    expect([standby.acts, active.acts, pushes.last?.leasedUntil]).toEqual([[], [], 0]);
    expect(world.metrics).toEqual([]);
  });

  it('a router whose instance is stopped is not asked, because nothing would answer', async () => {
    const { ec2 } = world;
    ec2['tokyo-2'] = { ...ec2['tokyo-2'], instance: 'stopped' } as never;
    const { routers } = await pair.plan();
    const { problem } = routers.find(({ name }) => name === 'tokyo-2') ?? {};
    expect(problem).toMatchObject({
      reason: 'silent',
      says: 'the configuration of tokyo-2 could not be read: its instance is stopped',
    });
    expect(routers.find(({ name }) => name === 'tokyo-1')?.digest).not.toBe('');
  });

  it('but a pause can be overridden by name', async () => {
    pair.store({ pause: { since: 0, until: world.now + 9_000, by: 'ann', reason: 'this push' } });
    expect(await pair.push({ overrides: ['paused'] })).toMatchObject({ outcome: 'pushed' });
  });

  it('when another push has the lease, and only as long as that could live', async () => {
    pushes.last = {
      id: 'other',
      by: 'bob',
      at: 0,
      run: 'r',
      leasedUntil: world.now + 400_000,
      done: [],
      finished: false,
    };
    expect(await pair.push()).toMatchObject({ outcome: 'refused', reason: 'push-under-way' });
    expect([standby.acts, pushes.last.id]).toEqual([[], 'other']);
    world.now += 400_001;
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
  });

  it('when the plan is not the one that was agreed to', async () => {
    const request = { action: 'push', id: 'push-1', topology: WIDER, by: 'ann', hold: false, digests: {} } as const;
    expect(await pushSite({ ...request, overrides: [] }, pair.tools())).toMatchObject({ reason: 'plan-changed' });
    expect(standby.acts).toEqual([]);
  });

  it.each([
    ['mistakes in the file', 'name: [', /topology:1/],
    ['another network', FILE.replace('name: tokyo-virginia', 'name: osaka'), /no site tokyo of tokyo-virginia/],
    ['another instance', FILE.replace('i-0a1b2c3d4e5f60011', 'i-0a1b2c3d4e5f60099'), /tokyo-1 is i-0a1b2c3d4e5f60099/],
    ['another name', FILE.replaceAll('tokyo-1', 'tokyo-9'), /tokyo-9 is i-0a1b2c3d4e5f60011/],
  ])('for a topology with %s', async (_, text, says) => {
    const answer = await planFile(text, [], pair.tools());
    expect(answer).toMatchObject({ outcome: 'wrong-topology', says: expect.stringMatching(says) as unknown });
  });
});
