import { expect, test } from 'vitest';
import { LEASE_MS } from '#failover/limits.ts';
import { routeName } from '#failover/site.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import { prepare } from '#functions/route-swap/prepare.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, DOWN, NOW, REPORT, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

/** A fact of the site, or something that happens. */
type Change = readonly [string, (world: FakeWorld) => unknown];

const CONFIRMED_AT = NOW + 300;

const journal = (change: Partial<SwapJournal>): SwapJournal => ({
  epoch: 1,
  to: { router: 'tokyo-2', eni: STANDBY_ENI },
  steps: 2,
  reason: 'reported-by-survivor',
  says: 'It failed.',
  automatic: true,
  trigger: 'earlier',
  run: 'earlier',
  beganAt: NOW - 600_000,
  ...change,
});

/** A swap of another run; undefined `ago`: it goes on. */
async function swapped(world: FakeWorld, change: Partial<SwapJournal>, endedAt?: number): Promise<void> {
  const { store } = world.tools();
  const { epoch } = world.stored;
  const made = journal({ epoch: epoch + 1, run: `other-${epoch}`, ...change });
  await store.begin(made, world.stored, made.beganAt);
  if (endedAt === undefined) return;
  for (const route of world.site.routes) world.targets.set(routeName(route), made.to.eni);
  await store.release(made.epoch, made.run, undefined, endedAt);
}

async function tentative(world: FakeWorld, beganAt: number, ends: boolean): Promise<void> {
  const { store } = world.tools();
  const made = journal({ epoch: world.stored.epoch + 1, run: 'other', beganAt });
  const seen = await store.read('any');
  await store.beginTentatively(made, seen, beganAt);
  if (ends) await store.withdraw(made, seen);
}

const stopped = (world: FakeWorld, router: string) => {
  world.ec2 = { ...world.ec2, [router]: { ...world.ec2[router], instance: 'stopped' } as never };
};
const TO_ACTIVE = { router: 'tokyo-1', eni: ACTIVE_ENI };
const pause = { since: NOW - 1_000, until: NOW + 60_000, by: 'ann', reason: 'work' };
const maintenance = { since: NOW, by: 'ann', reason: 'disk' };

const BEFORE: readonly Change[] = [
  ['no swap yet', () => undefined],
  ['a failback long ago', (world) => swapped(world, { to: TO_ACTIVE, automatic: false }, NOW - 600_000)],
  ['an automatic swap in hold-down', (world) => swapped(world, { to: TO_ACTIVE, beganAt: NOW - 60_000 }, NOW - 59_000)],
  ['a swap under way', (world) => swapped(world, { beganAt: NOW - 1_000 })],
  ['a swap whose run ended before its first call', (world) => swapped(world, { beganAt: NOW - LEASE_MS - 60_000 })],
  [
    'a swap whose run ended after its first call',
    async (world) => {
      await swapped(world, { beganAt: NOW - LEASE_MS - 60_000 });
      for (const route of world.site.routes.slice(0, 1)) world.targets.set(routeName(route), STANDBY_ENI);
    },
  ],
  ['a tentative swap whose run ended', (world) => tentative(world, NOW - LEASE_MS - 60_000, false)],
  ['the routes are at the reporter', (world) => swapped(world, {}, NOW - 600_000)],
];

const EC2: readonly Change[] = [
  ['both run', () => undefined],
  ['the owner is stopped', (world) => stopped(world, 'tokyo-1')],
  ['the reporter is stopped', (world) => stopped(world, 'tokyo-2')],
];

const LEARNED: readonly Change[] = [
  ['nothing', () => undefined],
  ['the owner claims a path', (world) => world.hasSaid('tokyo-1', NOW + 200, UP)],
  ['the owner claims no path', (world) => world.hasSaid('tokyo-1', NOW + 200, DOWN)],
  ['a pause', (world) => world.tools().store.setPause(pause)],
  ['maintenance of the target', (world) => world.tools().store.setMaintenance(STANDBY_ENI, maintenance)],
  ['maintenance of the owner', (world) => world.tools().store.setMaintenance(ACTIVE_ENI, maintenance)],
  ['another run takes the lease', (world) => swapped(world, { beganAt: NOW + 100 })],
  ['another run swaps to the reporter', (world) => swapped(world, { beganAt: NOW + 100 }, NOW + 250)],
  [
    'an operator fails back',
    (world) => swapped(world, { to: TO_ACTIVE, automatic: false, beganAt: NOW + 100 }, NOW + 250),
  ],
  ['another run begins tentatively', (world) => tentative(world, NOW + 100, false)],
  ['another run withdraws a tentative swap', (world) => tentative(world, NOW + 100, true)],
  [
    'a swap without a journal is counted',
    (world) => world.tools().store.countUnjournaled({ at: NOW - 30_000, to: ACTIVE_ENI, automatic: true }),
  ],
  [
    'another run acts on the same report',
    async (world) => {
      await swapped(world, { trigger: REPORT.id, beganAt: NOW + 100 }, NOW + 250);
      const answer = { outcome: 'swapped', reason: 'x', says: 'Done.', at: NOW + 250 } as const;
      await world.tools().store.recordAnswer(REPORT.id, answer);
    },
  ],
  ['the store takes no write any more', (world) => world.makeStoreReadOnly()],
  ['the store answers nothing any more', (world) => (world.storeDown = true)],
];

const EVIDENCE: readonly Change[] = [
  ['the reporter has a path', () => undefined],
  [
    'the probe saw the owner without a path',
    (world) => {
      const round = world.round(NOW - 20_000, { 'tokyo-1': DOWN, 'tokyo-2': UP });
      world.stored = { ...world.stored, probes: [round] };
    },
  ],
];

/** Handles the confirmed report of a site, in phases or at once. */
async function handle(changes: readonly Change[], learned: Change, prefer: 'availability' | 'safety', phases: boolean) {
  const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, prefer } });
  for (const [, change] of changes) await change(world);
  if (phases) await prepare({ ...REPORT, at: NOW, bgp: undefined }, world.tools());
  world.now = CONFIRMED_AT;
  await learned[1](world);
  const trigger = { ...REPORT, at: CONFIRMED_AT, detectedAt: NOW, noticedAt: NOW, confirmedAt: CONFIRMED_AT } as const;
  const { times: _, ...result } = await swapRoutes({ ...trigger, phase: 'confirmed' }, world.tools());
  const { outcome, reason, says, epoch, owner, moved } = result;
  world.deniedCalls = new Set();
  return {
    result: { outcome, reason, says, epoch, owner, moved: moved.length },
    targets: [...world.targets],
    stored: { ...world.stored, tentative: world.stored.tentative?.run },
    history: world.history.map((entry) => `${entry.outcome} ${entry.reason}`),
    announced: world.announced.map(({ type }) => type),
    unjournaled: world.unjournaled,
  };
}

test('a confirmed report ends as if nothing had been prepared, whatever was before and is learned in between', async () => {
  const met = new Set<string>();
  for (const before of BEFORE)
    for (const ec2 of EC2)
      for (const evidence of EVIDENCE)
        for (const learned of LEARNED)
          for (const prefer of ['availability', 'safety'] as const) {
            const facts = [before, ec2, evidence];
            const what = [...facts.map(([name]) => name), learned[0], prefer].join('; ');
            const atOnce = await handle(facts, learned, prefer, false);
            expect({ what, ...(await handle(facts, learned, prefer, true)) }).toEqual({ what, ...atOnce });
            met.add(`${atOnce.result.outcome} ${atOnce.result.reason}`);
          }
  expect([...met].toSorted()).toMatchInlineSnapshot(`
    [
      "already nothing-at-subject",
      "noted finish-swap",
      "noted owner-not-running",
      "noted reported-by-survivor",
      "refused both-unfit",
      "refused hold-down",
      "refused lease-held",
      "refused memory-unreachable",
      "refused owner-healthy",
      "refused replayed",
      "refused second-witness-missing",
      "refused target-unfit",
      "swapped finish-swap",
      "swapped owner-not-running",
      "swapped reported-by-survivor",
    ]
  `);
});
