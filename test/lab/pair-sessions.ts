import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, type TestContext } from 'vitest';
import { bgpSessions } from '#lab/ask-frr.ts';
import { commitConfig } from '#lab/commit-config.ts';
import { vtysh } from '#lab/daemons.ts';
import { wayBetween } from '#lab/ping.ts';
import type { RouterPlan } from '#lab/plan.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { waitUntil } from '#lab/run.ts';
import { vyosOf } from '#lab/vyos.ts';
import { logOf, pingDuring, swapsOf, TOPOLOGY } from './lab-under-test.ts';
import { fileOf, push } from './pushes.ts';

/** Pairs that have their configuration from a bundle of before: with `update-source` on each other. */
export function pairSessions(lab: () => RaisedLab): void {
  it('loses its update-source by a push: no report, no route moves, at most 5 pings are lost', async () => {
    await nameSources(lab());
    await lab().becomesWell();
    const [said, swaps] = [logOf(lab(), lab().here).length, swapsOf(lab(), lab().here)];
    const pings = await pingDuring(wayBetween(lab().plan, undefined, undefined), async () => {
      const file = fileOf(lab(), 'as-it-should-be', TOPOLOGY);
      expect(await push(lab(), file, 'tokyo', '--override', 'drift')).toMatchObject({ code: 0 });
    });
    await lab().becomesWell();
    expect(pings.sent - pings.received).toBeLessThanOrEqual(5);
    expect(swapsOf(lab(), lab().here) - swaps).toBe(0);
    const reported = logOf(lab(), lab().here)
      .slice(said)
      .filter((line) => /says that tokyo-[12] failed/.test(line));
    expect(reported).toEqual([]);
    for (const router of lab().here.routers) expect(vyosOf(router).running.join('\n')).not.toContain(sourceOf(router));
  });

  it('does not start on FRR 10.2.2 and 10.3.0: the probe notifies, and the procedure of docs/operations.md repairs it', async (test) => {
    await skipUnlessAffected(lab().here.routers[0], test);
    await nameSources(lab());
    for (const { router } of lab().here.routers) await lab().break(router.name, 'frr');
    await lab().heal();
    const isStuck = async () => (await pairStates(lab())).every((state) => state === 'Idle');
    expect(await waitUntil(isStuck, { withinMs: 20_000 })).toBe(true);
    const isSaid = async () => {
      await lab().probe(lab().here);
      return logOf(lab(), lab().here).some((line) => /does not start, because BFD on tokyo-[12] /.test(line));
    };
    expect(await waitUntil(isSaid, { withinMs: 30_000 })).toBe(true);

    const file = fileOf(lab(), 'as-it-should-be', TOPOLOGY);
    expect(await push(lab(), file, 'tokyo', '--override', 'drift')).toMatchObject({ code: 0 });
    await sleep(5_000);
    expect(await pairStates(lab())).toEqual(['Idle', 'Idle']);

    const pings = await pingDuring(wayBetween(lab().plan, undefined, undefined), () => startAnew(lab()));
    await lab().becomesWell();
    expect(pings.sent - pings.received).toBeLessThanOrEqual(5);
  });
}

/** As docs/operations.md has it: BFD off at both ends, the session cleared, and BFD on again when it is Established. */
async function startAnew(lab: RaisedLab): Promise<void> {
  const { routers } = lab.here;
  const withoutBfd = (router: RouterPlan) =>
    vyosOf(router).running.filter((line) => !line.startsWith(`${neighborOf(router)} bfd`));
  const before = new Map(routers.map((router) => [router, vyosOf(router).running]));
  for (const router of routers) await commitConfig(router, withoutBfd(router));
  for (const router of routers) await vtysh(router, ['-c', `clear bgp ${pairAddress(router)}`]);
  const isUp = async () => (await pairStates(lab)).every((state) => state === 'Established');
  expect(await waitUntil(isUp, { withinMs: 20_000 })).toBe(true);
  for (const router of routers) await commitConfig(router, before.get(router) ?? []);
}

async function pairStates({ here }: RaisedLab) {
  const sessions = await Promise.all(here.routers.map(bgpSessions));
  return sessions.map((each) => each.at(-1)?.state);
}

/** Somebody commits and saves what an earlier bundle had. */
async function nameSources({ here }: RaisedLab): Promise<void> {
  for (const router of here.routers) {
    const vyos = vyosOf(router);
    const lines = [...vyos.running.filter((line) => line !== sourceOf(router)), sourceOf(router)];
    await commitConfig(router, lines);
    vyos.running = lines;
    vyos.save();
  }
}

function sourceOf(router: RouterPlan): string {
  return `${neighborOf(router)} update-source ${router.model.links.at(-1)?.interface}`;
}

function neighborOf(router: RouterPlan): string {
  return `set protocols bgp neighbor ${pairAddress(router)}`;
}

/** The pair's session is the last one of a router. */
function pairAddress({ model }: RouterPlan): string {
  return model.bgp.neighbors.at(-1)?.address ?? '';
}

async function skipUnlessAffected(router: RouterPlan | undefined, { skip }: TestContext): Promise<void> {
  const version = router === undefined ? '' : await vtysh(router, ['-c', 'show version']);
  const isAffected = /FRRouting 10\.(2\.2|3(\.0)?)[^.\d]/.test(version);
  skip(!isAffected, `this is ${/FRRouting \S+/.exec(version)?.[0] ?? 'an FRR of unknown version'}`);
}
