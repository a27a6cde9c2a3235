import { beforeEach, expect, test } from 'vitest';
import { LEASE_MS, type SiteStore } from '#aws/site-store.ts';
import type { Outcome, SwapJournal } from '#failover/swap-record.ts';

/** What every memory of a site must do, whoever keeps it. */
type Store = Pick<SiteStore, keyof SiteStore>;

const NOW = Date.UTC(2026, 10, 23, 3);

function journal(change: Partial<SwapJournal> = {}): SwapJournal {
  const plan = {
    to: { router: 'tokyo-2', eni: 'eni-2' },
    steps: [{ table: 'rtb-1', destination: '10.2.0.0/20', from: 'eni-1' }],
  };
  const why = { reason: 'reported-by-survivor', says: 'It failed.' };
  return { epoch: 1, plan, ...why, automatic: true, trigger: 'report-1', run: 'run-1', beganAt: NOW, ...change };
}

const pause = { since: NOW, until: NOW + 60_000, by: 'ann', reason: 'work' };
const up = (at: number) => ({ by: 'itself', at, established: 1, configured: 1 }) as const;

/** Declares the tests; `open` gives an empty store. */
export function siteStoreContract(open: () => Promise<Store>): void {
  let store: Store;
  const memory = async () => (await store.recall('any')).memory;

  beforeEach(async () => {
    store = await open();
  });

  test('an empty store remembers nothing, and is reachable', async () => {
    expect(await store.recall('report-1')).toEqual({
      statements: {},
      heartbeats: {},
      memory: {
        reachable: true,
        epoch: 0,
        leasedUntil: undefined,
        unfinished: undefined,
        lastTarget: undefined,
        automaticSwaps: [],
        probes: [],
        testimonies: [],
        pause: undefined,
        health: undefined,
        maintenance: {},
        answered: undefined,
      },
    });
  });

  test('a swap that begins takes lease, epoch and journal at once, and counts if it is automatic', async () => {
    expect(await store.begin(journal(), await memory(), NOW)).toBe(true);
    expect(await memory()).toMatchObject({
      epoch: 1,
      leasedUntil: NOW + LEASE_MS,
      unfinished: { epoch: 1, to: 'tokyo-2', reason: 'reported-by-survivor' },
      lastTarget: 'tokyo-2',
      automaticSwaps: [NOW],
    });
  });

  test('of two runs that saw the same memory one begins', async () => {
    const seen = await memory();
    expect(await store.begin(journal(), seen, NOW)).toBe(true);
    expect(await store.begin(journal({ run: 'run-2' }), seen, NOW)).toBe(false);
    expect(await store.begin(journal({ run: 'run-2' }), seen, NOW + LEASE_MS)).toBe(false);
  });

  test('nobody begins while the lease holds; from its last millisecond on the next one may', async () => {
    await store.begin(journal(), await memory(), NOW);
    const seen = await memory();
    const next = journal({ epoch: 2, run: 'run-2', automatic: false });
    expect(await store.begin(next, seen, NOW + LEASE_MS - 1)).toBe(false);
    expect(await store.begin(next, seen, NOW + LEASE_MS)).toBe(true);
    expect(await memory()).toMatchObject({ epoch: 2, automaticSwaps: [NOW] });
  });

  test('a run that begins again, because its first answer got lost, has begun', async () => {
    const seen = await memory();
    await store.begin(journal(), seen, NOW);
    expect(await store.begin(journal(), seen, NOW)).toBe(true);
    expect(await memory()).toMatchObject({ epoch: 1, automaticSwaps: [NOW] });
  });

  test('automatic swaps are kept for the longest hold-down there is, and forgotten when one begins after that', async () => {
    const day = 24 * 3_600_000;
    const swap = async (epoch: number, at: number, automatic = true) => {
      await store.begin(journal({ epoch, run: `run-${epoch}`, automatic }), await memory(), at);
      await store.release(epoch, [], at);
      return (await memory()).automaticSwaps;
    };
    await swap(1, NOW);
    expect(await swap(2, NOW + day - 1, false)).toEqual([NOW]);
    expect(await swap(3, NOW + day)).toEqual([NOW + day]);
  });

  test('the run that holds the lease renews it; another run, or an older swap, does not', async () => {
    await store.begin(journal(), await memory(), NOW);
    expect(await store.renew(1, 'run-2', NOW + 1_000)).toBe(false);
    expect(await store.renew(0, 'run-1', NOW + 1_000)).toBe(false);
    expect((await memory()).leasedUntil).toBe(NOW + LEASE_MS);
    expect(await store.renew(1, 'run-1', NOW + 1_000)).toBe(true);
    expect((await memory()).leasedUntil).toBe(NOW + 1_000 + LEASE_MS);
  });

  test('releasing ends the lease, and closes the journal only if no route remains; those that do are remembered', async () => {
    await store.begin(journal(), await memory(), NOW);
    await store.release(1, ['rtb-1 10.2.0.0/20'], NOW + 900);
    const unfinished = { epoch: 1, remaining: ['rtb-1 10.2.0.0/20'] };
    expect(await memory()).toMatchObject({ leasedUntil: NOW + 900, unfinished });
    await store.release(1, [], NOW + 900);
    expect(await memory()).toMatchObject({ unfinished: undefined, lastTarget: 'tokyo-2' });
    expect(await store.begin(journal({ epoch: 2, run: 'run-2' }), await memory(), NOW + 900)).toBe(true);
  });

  test('a late run cannot release the lease of a newer swap', async () => {
    await store.begin(journal(), await memory(), NOW);
    await store.begin(journal({ epoch: 2, run: 'run-2' }), await memory(), NOW + LEASE_MS);
    await store.release(1, [], NOW + LEASE_MS);
    expect(await memory()).toMatchObject({ leasedUntil: NOW + 2 * LEASE_MS, unfinished: { epoch: 2 } });
  });

  test("a router's newest statement stands, in whatever order they arrive", async () => {
    await store.remember('tokyo-1', up(NOW));
    await store.remember('tokyo-1', { ...up(NOW - 5_000), established: 0 });
    expect((await store.recall('x')).statements).toEqual({ 'tokyo-1': up(NOW) });
    await store.remember('tokyo-1', { ...up(NOW + 1_000), established: 0 });
    expect((await store.recall('x')).statements).toEqual({ 'tokyo-1': { ...up(NOW + 1_000), established: 0 } });
  });

  test('so does its newest heartbeat, beside what it says in reports', async () => {
    const beat = (at: number) => ({ at, everyMs: 20_000, ebgp: { established: 2, configured: 2 } });
    await store.beat('tokyo-1', beat(NOW));
    await store.beat('tokyo-1', beat(NOW - 1_000));
    await store.beat('tokyo-2', { at: NOW });
    await store.remember('tokyo-1', up(NOW + 1_000));
    const { heartbeats, statements } = await store.recall('x');
    expect(heartbeats).toEqual({ 'tokyo-1': beat(NOW), 'tokyo-2': { at: NOW } });
    expect(statements).toEqual({ 'tokyo-1': up(NOW + 1_000) });
  });

  test('a pause stands until it is ended', async () => {
    expect(await store.setPause(pause)).toBe(true);
    expect((await memory()).pause).toEqual(pause);
    expect(await store.setPause(undefined)).toBe(true);
    expect((await memory()).pause).toBeUndefined();
  });

  test('a pause that was read before is changed only if it still stands', async () => {
    await store.setPause(pause);
    expect(await store.setPause({ ...pause, warned: true }, pause)).toBe(true);
    expect((await memory()).pause).toEqual({ ...pause, warned: true });
    const anew = { ...pause, until: NOW + 3_600_000 };
    await store.setPause(anew);
    expect(await store.setPause(undefined, pause)).toBe(false);
    expect(await store.setPause({ ...pause, warned: true }, pause)).toBe(false);
    expect((await memory()).pause).toEqual(anew);
    expect(await store.setPause(undefined, anew)).toBe(true);
    expect((await memory()).pause).toBeUndefined();
  });

  test('a pause that somebody ended does not come back', async () => {
    await store.setPause(pause);
    await store.setPause(undefined);
    expect(await store.setPause({ ...pause, warned: true }, pause)).toBe(false);
    expect((await memory()).pause).toBeUndefined();
  });

  test('maintenance is per router, and ends', async () => {
    const maintenance = { since: NOW, by: 'ann', reason: 'disk' };
    await store.setMaintenance('tokyo-1', maintenance);
    await store.setMaintenance('tokyo-2', maintenance);
    await store.setMaintenance('tokyo-1', undefined);
    expect((await memory()).maintenance).toEqual({ 'tokyo-2': maintenance });
  });

  test('testimonies are kept, the newest of each witness about each router', async () => {
    const about1 = { by: 'virginia-1', about: 'tokyo-1', at: NOW };
    const about2 = { by: 'virginia-1', about: 'tokyo-2', at: NOW + 1 };
    await store.testify(about1);
    await store.testify({ ...about1, at: NOW - 5_000 });
    await store.testify(about2);
    expect((await memory()).testimonies).toEqual([about1, about2]);
  });

  test('rounds of the probe and the last change of health are kept', async () => {
    const rounds = [{ at: NOW, ebgp: { 'tokyo-1': { established: 1, configured: 1 }, 'tokyo-2': null } }];
    const refused = [{ table: 'rtb-1', destination: '10.2.0.0/20', why: 'UnauthorizedOperation: No.' }];
    const health = { state: 'degraded', since: NOW, problems: ['tokyo-2 is silent'], refused } as const;
    await store.rememberProbes(rounds);
    await store.setHealth(health);
    expect(await memory()).toMatchObject({ probes: rounds, health });
  });

  test('an answer is found by its id, and only by that', async () => {
    const answer = { outcome: 'swapped', reason: 'owner-left', says: 'Done.', at: NOW } as const;
    await store.answer('report-1', answer);
    expect((await store.recall('report-1')).memory.answered).toEqual(answer);
    expect((await store.recall('report-2')).memory.answered).toBeUndefined();
  });

  test('an answer that ended a trigger is not undone by a later refusal; a refusal or a note is by anything', async () => {
    const answer = (outcome: Outcome) => ({ outcome, reason: 'x', says: 'So.', at: NOW });
    const stands = async () => (await store.recall('report-1')).memory.answered?.outcome;
    await store.answer('report-1', answer('refused'));
    await store.answer('report-1', answer('partial'));
    expect(await stands()).toBe('partial');
    await store.answer('report-1', answer('noted'));
    expect(await stands()).toBe('noted');
    await store.answer('report-1', answer('refused'));
    expect(await stands()).toBe('refused');
    await store.answer('report-1', answer('swapped'));
    await store.answer('report-1', answer('refused'));
    await store.answer('report-1', answer('noted'));
    expect(await stands()).toBe('swapped');
  });

  test('history gives the newest entries first, and as many as are asked for, however long they are', async () => {
    const entry = (id: string, at: number) =>
      ({
        at,
        id,
        detector: 'serf',
        outcome: 'refused',
        reason: 'x',
        says: 'No.',
        owner: 'tokyo-1',
        epoch: 0,
        moved: 0,
        tookMs: 9,
      }) as const;
    await store.record(entry('late', NOW + 2_000));
    await store.record(entry('first', NOW));
    await store.record(entry('second', NOW + 1_000));
    expect((await store.history(2)).map(({ id }) => id)).toEqual(['late', 'second']);
    expect((await store.history(9)).at(-1)).toEqual(entry('first', NOW));
    const long = { ...entry('long', NOW + 3_000), says: 'x'.repeat(300_000) };
    for (let index = 0; index < 8; index++) await store.record({ ...long, id: `long-${index}` });
    expect(await store.history(20)).toHaveLength(11);
    expect((await store.history(9)).map(({ id }) => id).slice(-2)).toEqual(['long-0', 'late']);
  });
}
