import { beforeEach, expect, test } from 'vitest';
import type { DetailedEntry } from '#contracts/history.ts';
import { LEASE_MS } from '#failover/limits.ts';
import type { BgpEvidence } from '#failover/observation.ts';
import type { Outcome, SwapJournal } from '#failover/swap-record.ts';
import type { UnjournaledSwap } from '#failover/unjournaled-swaps.ts';
import { UnjournaledSwaps } from '#functions/route-swap/unjournaled-swaps.ts';
import type { SiteStore } from '#functions/site-store.ts';
import { DOWN, UP } from '../failover/situation.ts';

/** What every implementation of the site's store must do. */
type Store = Pick<SiteStore, keyof SiteStore>;

const NOW = Date.UTC(2026, 10, 23, 3);

function journal(change: Partial<SwapJournal> = {}): SwapJournal {
  const to = { router: 'tokyo-2', eni: 'eni-2' };
  const why = { reason: 'reported-by-survivor', says: 'It failed.' };
  const run = { trigger: 'report-1', run: 'run-1', beganAt: NOW };
  return { epoch: 1, to, steps: 1, ...why, automatic: true, ...run, ...change };
}

const pause = { since: NOW, until: NOW + 60_000, by: 'ann', reason: 'work' };
const TOKYO_1 = { eni: 'eni-1', instance: 'i-1' };
const TOKYO_2 = { eni: 'eni-2', instance: 'i-2' };
const up = (at: number): BgpEvidence => ({ by: 'itself', at, bgp: UP });
const down = (at: number): BgpEvidence => ({ by: 'itself', at, bgp: DOWN });
const unjournaled = (at: number): UnjournaledSwap => ({ at, to: 'eni-2', automatic: true });
/** What was said at a time, by the instance that said it. */
const by = <Content>({ instance }: { instance: string }, content: Content) => ({ instance, content });

/** Declares the tests; `open` gives an empty store. */
export function siteStoreContract(open: () => Promise<Store>): void {
  let store: Store;
  const storedState = async () => (await store.read('any')).stored;

  beforeEach(async () => {
    store = await open();
  });

  test('a notice of a scheduled event is kept until it is over; a later one of the same kind takes its place', async () => {
    const event = { code: 'instance-stop', description: 'x', notBefore: NOW + 60_000, deliveredAt: NOW };
    await store.setNotice({ instance: 'i-1', event });
    await store.setNotice({ instance: 'i-1', event: { ...event, notBefore: NOW + 120_000 } });
    await store.setNotice({ instance: 'i-2', event });
    expect((await storedState()).notices).toEqual([
      { instance: 'i-1', event: { ...event, notBefore: NOW + 120_000 } },
      { instance: 'i-2', event },
    ]);
    await store.deleteNotice({ instance: 'i-1', event });
    expect((await storedState()).notices).toEqual([{ instance: 'i-2', event }]);
  });

  test('interfaces of routers are kept until they are forgotten', async () => {
    await store.recordInterface('eni-1', 'tokyo-1');
    await store.recordInterface('eni-2', 'tokyo-2');
    await store.recordInterface('eni-1', 'edge-a');
    expect((await storedState()).interfaces).toEqual({ 'eni-1': 'edge-a', 'eni-2': 'tokyo-2' });
    await store.forgetInterface('eni-1');
    expect((await storedState()).interfaces).toEqual({ 'eni-2': 'tokyo-2' });
  });

  test('the announced events are written by one of two deliveries of an EventBridge event', async () => {
    const told = (at: number) => ({ eni: 'eni-1', code: 'instance-stop', notBefore: NOW, stage: 'near' as const, at });
    expect(await store.setAnnouncedEvents([told(NOW)], [])).toBe(true);
    expect(await store.setAnnouncedEvents([told(NOW + 1)], [])).toBe(false);
    expect((await storedState()).announcedEvents).toEqual([told(NOW)]);
    expect(await store.setAnnouncedEvents([told(NOW), told(NOW + 1)], [told(NOW)])).toBe(true);
    expect((await storedState()).announcedEvents).toHaveLength(2);
  });

  test('an empty store has no state, and is reachable', async () => {
    expect(await store.read('report-1')).toEqual({
      evidence: {},
      heartbeats: {},
      contacts: {},
      stored: {
        reachable: true,
        epoch: 0,
        leasedUntil: undefined,
        unfinished: undefined,
        lastTarget: undefined,
        automaticSwaps: [],
        probes: [],
        notices: [],
        announcedEvents: [],
        witnessReports: [],
        pause: undefined,
        announcedPause: undefined,
        health: undefined,
        interfaces: {},
        maintenance: {},
        answered: undefined,
      },
    });
  });

  test('a swap that begins takes lease, epoch and journal at once, and counts if it is automatic', async () => {
    expect(await store.begin(journal(), await storedState(), NOW)).toBe(true);
    expect(await storedState()).toMatchObject({
      epoch: 1,
      leasedUntil: NOW + LEASE_MS,
      unfinished: { epoch: 1, to: 'eni-2', reason: 'reported-by-survivor' },
      lastTarget: 'eni-2',
      automaticSwaps: [NOW],
    });
  });

  test('of two runs that read the same state one begins', async () => {
    const seen = await storedState();
    expect(await store.begin(journal(), seen, NOW)).toBe(true);
    expect(await store.begin(journal({ run: 'run-2' }), seen, NOW)).toBe(false);
    expect(await store.begin(journal({ run: 'run-2' }), seen, NOW + LEASE_MS)).toBe(false);
  });

  test('no run begins during a lease; from its last millisecond on the next one may', async () => {
    await store.begin(journal(), await storedState(), NOW);
    const seen = await storedState();
    const next = journal({ epoch: 2, run: 'run-2', automatic: false });
    expect(await store.begin(next, seen, NOW + LEASE_MS - 1)).toBe(false);
    expect(await store.begin(next, seen, NOW + LEASE_MS)).toBe(true);
    expect(await storedState()).toMatchObject({ epoch: 2, automaticSwaps: [NOW] });
  });

  test('a run that begins again, because its first answer got lost, has begun', async () => {
    const seen = await storedState();
    await store.begin(journal(), seen, NOW);
    expect(await store.begin(journal(), seen, NOW)).toBe(true);
    expect(await storedState()).toMatchObject({ epoch: 1, automaticSwaps: [NOW] });
  });

  test('automatic swaps are kept for the longest hold-down, and removed when one begins after that', async () => {
    const day = 24 * 3_600_000;
    const swap = async (epoch: number, at: number, automatic = true) => {
      await store.begin(journal({ epoch, run: `run-${epoch}`, automatic }), await storedState(), at);
      await store.release(epoch, `run-${epoch}`, undefined, at);
      return (await storedState()).automaticSwaps;
    };
    await swap(1, NOW);
    expect(await swap(2, NOW + day - 1, false)).toEqual([NOW]);
    expect(await swap(3, NOW + day)).toEqual([NOW + day]);
  });

  test('the run that holds the lease renews it; another run, or an older swap, does not', async () => {
    await store.begin(journal(), await storedState(), NOW);
    expect(await store.renew(1, 'run-2', NOW + 1_000)).toBe(false);
    expect(await store.renew(0, 'run-1', NOW + 1_000)).toBe(false);
    expect((await storedState()).leasedUntil).toBe(NOW + LEASE_MS);
    expect(await store.renew(1, 'run-1', NOW + 1_000)).toBe(true);
    expect((await storedState()).leasedUntil).toBe(NOW + 1_000 + LEASE_MS);
  });

  test('releasing ends the lease, and closes the journal only if no route remains; remaining routes are stored', async () => {
    await store.begin(journal(), await storedState(), NOW);
    const remaining = { count: 500, digest: '0123456789abcdef' };
    await store.release(1, 'run-1', remaining, NOW + 900);
    expect(await storedState()).toMatchObject({ leasedUntil: NOW + 900, unfinished: { epoch: 1, remaining } });
    await store.release(1, 'run-1', undefined, NOW + 900);
    expect(await storedState()).toMatchObject({ unfinished: undefined, lastTarget: 'eni-2' });
    expect(await store.begin(journal({ epoch: 2, run: 'run-2' }), await storedState(), NOW + 900)).toBe(true);
  });

  test('a late run cannot release the lease of a newer swap', async () => {
    await store.begin(journal(), await storedState(), NOW);
    await store.begin(journal({ epoch: 2, run: 'run-2' }), await storedState(), NOW + LEASE_MS);
    await store.release(1, 'run-1', undefined, NOW + LEASE_MS);
    expect(await storedState()).toMatchObject({ leasedUntil: NOW + 2 * LEASE_MS, unfinished: { epoch: 2 } });
  });

  test('nor can a run whose journal never arrived, though it counted the same number', async () => {
    await store.begin(journal({ run: 'run-2' }), await storedState(), NOW);
    await store.release(1, 'run-1', undefined, NOW + 900);
    expect(await storedState()).toMatchObject({ leasedUntil: NOW + LEASE_MS, unfinished: { epoch: 1 } });
  });

  test('a swap without a journal counts as an automatic one, once for each time that it is written', async () => {
    await store.begin(journal(), await storedState(), NOW);
    await store.countUnjournaled(unjournaled(NOW + 60_000));
    await store.countUnjournaled(unjournaled(NOW - 60_000));
    await store.countUnjournaled(unjournaled(NOW + 60_000));
    await store.countUnjournaled({ ...unjournaled(NOW + 90_000), automatic: false });
    expect((await storedState()).automaticSwaps).toEqual([NOW - 60_000, NOW, NOW + 60_000]);
  });

  test('it is the last swap, and ends one to the other router that began before it, and no later one', async () => {
    await store.begin(journal(), await storedState(), NOW);
    await store.countUnjournaled({ ...unjournaled(NOW - 60_000), to: 'eni-1' });
    expect(await storedState()).toMatchObject({ lastTarget: 'eni-2', unfinished: { to: 'eni-2' }, lastBeganAt: NOW });
    await store.countUnjournaled(unjournaled(NOW + 60_000));
    expect(await storedState()).toMatchObject({ lastTarget: 'eni-2', unfinished: { to: 'eni-2' } });
    await store.countUnjournaled({ ...unjournaled(NOW + 90_000), to: 'eni-1', automatic: false });
    expect(await storedState()).toMatchObject({ lastTarget: 'eni-1', unfinished: undefined });
    await store.countUnjournaled(unjournaled(NOW + 120_000));
    expect(await storedState()).toMatchObject({ lastTarget: 'eni-2', unfinished: undefined });
    await store.countUnjournaled({ ...unjournaled(NOW + 150_000), to: 'eni-1' });
    await store.begin(journal({ epoch: 2, run: 'run-2' }), await storedState(), NOW + LEASE_MS);
    expect(await storedState()).toMatchObject({ lastTarget: 'eni-2', unfinished: { epoch: 2, to: 'eni-2' } });
  });

  test('and still does, once, after another swap has begun', async () => {
    await store.countUnjournaled(unjournaled(NOW - 60_000));
    await store.begin(journal(), await storedState(), NOW);
    expect((await storedState()).automaticSwaps).toEqual([NOW - 60_000, NOW]);
  });

  const tentative = () => journal({ epoch: 2, run: 'run-2', steps: 3, beganAt: NOW + 60_000 });
  /** The state after one swap that left a route, as a run reads it. */
  const afterOneSwap = async () => {
    await store.begin(journal(), await storedState(), NOW);
    await store.release(1, 'run-1', { count: 1, digest: 'x' }, NOW + 900);
    return store.read('any');
  };

  test('a tentative swap takes the lease and shows what was before; withdrawn, it leaves the store as it was', async () => {
    const seen = await afterOneSwap();
    expect(await store.beginTentatively(tentative(), seen, NOW + 60_000)).toBe(true);
    const { epoch, leasedUntil, unfinished, lastTarget, lastBeganAt, automaticSwaps } = seen.stored;
    const before = { epoch, leasedUntil, unfinished, lastTarget, lastBeganAt, automaticSwaps };
    expect(await storedState()).toMatchObject({
      epoch: 2,
      leasedUntil: NOW + 60_000 + LEASE_MS,
      unfinished: { epoch: 2, to: 'eni-2' },
      automaticSwaps: [NOW, NOW + 60_000],
      tentative: { run: 'run-2', to: 'eni-2', steps: 3, before },
    });
    expect(await store.begin(journal({ epoch: 3, run: 'run-3' }), await storedState(), NOW + 61_000)).toBe(false);
    await store.withdraw(tentative(), seen);
    expect(await store.read('any')).toEqual(seen);
    expect(await store.begin(journal({ epoch: 2, run: 'run-3' }), seen.stored, NOW + 61_000)).toBe(true);
  });

  test('so does a tentative swap that is the first one of the site', async () => {
    const seen = await store.read('any');
    expect(await store.beginTentatively(journal(), seen, NOW)).toBe(true);
    expect(await storedState()).toMatchObject({ epoch: 1, tentative: { before: { epoch: 0, automaticSwaps: [] } } });
    await store.withdraw(journal(), seen);
    expect(await store.read('any')).toEqual(seen);
  });

  test('a tentative swap does not begin if anything about the last one has changed since it was read', async () => {
    const changes: [string, () => Promise<unknown>][] = [
      ['release', () => store.release(1, 'run-1', undefined, NOW + 1_000)],
      ['count', () => store.countUnjournaled({ at: NOW + 1_000, to: 'eni-1', automatic: false })],
      ['another target', () => store.countUnjournaled({ at: NOW + 2_000, to: 'eni-2', automatic: false })],
      ['begin', async () => store.begin(journal({ epoch: 2, run: 'run-3' }), await storedState(), NOW + LEASE_MS)],
    ];
    await afterOneSwap();
    for (const [what, change] of changes) {
      const seen = await store.read('any');
      await change();
      expect([what, await store.beginTentatively(tentative(), seen, NOW + 60_000)]).toEqual([what, false]);
    }
  });

  test('a swap without a journal ends an earlier one also if a tentative one is withdrawn meanwhile: it is counted after that', async () => {
    const swaps = new UnjournaledSwaps();
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    swaps.add({ at: NOW + 30_000, to: 'eni-1', automatic: true });
    const seen = await afterOneSwap();
    await store.beginTentatively(tentative(), seen, NOW + 60_000);
    await swaps.flush(store, log);
    await store.withdraw(tentative(), seen);
    await swaps.flush(store, log);
    expect(await storedState()).toMatchObject({ epoch: 1, lastTarget: 'eni-1', unfinished: undefined });
    expect((await storedState()).automaticSwaps).toEqual([NOW, NOW + 30_000]);
  });

  test('nor on top of a tentative swap that is neither withdrawn nor definite', async () => {
    await store.beginTentatively(journal(), await store.read('any'), NOW);
    const seen = await store.read('any');
    expect(await store.beginTentatively(tentative(), seen, NOW + 60_000)).toBe(false);
    expect(await store.begin(tentative(), seen.stored, NOW + 60_000)).toBe(true);
    expect((await storedState()).tentative).toBeUndefined();
  });

  test('a run that begins tentatively again, because its first answer got lost, has begun', async () => {
    const seen = await afterOneSwap();
    await store.beginTentatively(tentative(), seen, NOW + 60_000);
    expect(await store.beginTentatively(tentative(), seen, NOW + 60_000)).toBe(true);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['renewed', () => store.renew(2, 'run-2', NOW + 61_000)],
    ['released', () => store.release(2, 'run-2', undefined, NOW + 61_000)],
  ])('a tentative swap that is %s is definite: it is not withdrawn any more', async (_, act) => {
    const seen = await afterOneSwap();
    await store.beginTentatively(tentative(), seen, NOW + 60_000);
    await act();
    const definite = await storedState();
    expect(definite).toMatchObject({ epoch: 2, automaticSwaps: [NOW, NOW + 60_000] });
    expect(definite.tentative).toBeUndefined();
    await store.withdraw(tentative(), seen);
    expect(await storedState()).toEqual(definite);
  });

  test('a late withdrawal does nothing to the swap of another run', async () => {
    const seen = await afterOneSwap();
    await store.beginTentatively(tentative(), seen, NOW + 60_000);
    await store.withdraw(tentative(), seen);
    await store.beginTentatively({ ...tentative(), run: 'run-3' }, seen, NOW + 61_000);
    await store.withdraw(tentative(), seen);
    expect(await storedState()).toMatchObject({ epoch: 2, tentative: { run: 'run-3' } });
  });

  test("a router's newest statement stands, in whatever order they arrive", async () => {
    await store.recordClaim(TOKYO_1, up(NOW));
    await store.recordClaim(TOKYO_1, down(NOW - 5_000));
    expect((await store.read('x')).evidence).toEqual({ 'eni-1': by(TOKYO_1, up(NOW)) });
    await store.recordClaim(TOKYO_1, down(NOW + 1_000));
    expect((await store.read('x')).evidence).toEqual({ 'eni-1': by(TOKYO_1, down(NOW + 1_000)) });
  });

  test('so do its newest heartbeat and its newest contact, each beside the others', async () => {
    const beat = (at: number) => ({ at, everyMs: 20_000, bgp: UP });
    await store.recordHeartbeat(TOKYO_1, beat(NOW));
    await store.recordHeartbeat(TOKYO_1, beat(NOW - 1_000));
    await store.recordHeartbeat(TOKYO_2, { at: NOW });
    await store.recordContact(TOKYO_1, { at: NOW + 500 });
    await store.recordContact(TOKYO_1, { at: NOW - 500 });
    await store.recordClaim(TOKYO_1, up(NOW + 1_000));
    const { heartbeats, evidence, contacts } = await store.read('x');
    expect(heartbeats).toEqual({
      'eni-1': by(TOKYO_1, { ...beat(NOW), since: NOW }),
      'eni-2': by(TOKYO_2, { at: NOW, since: NOW }),
    });
    expect(contacts).toEqual({ 'eni-1': by(TOKYO_1, { at: NOW + 500 }) });
    expect(evidence).toEqual({ 'eni-1': by(TOKYO_1, up(NOW + 1_000)) });
  });

  test('an interface keeps the instance of its last claim', async () => {
    const replaced = { eni: 'eni-1', instance: 'i-9' };
    await store.recordHeartbeat(TOKYO_1, { at: NOW });
    await store.recordHeartbeat(replaced, { at: NOW + 1_000 });
    await store.recordHeartbeat(TOKYO_1, { at: NOW + 500 });
    expect((await store.read('x')).heartbeats).toEqual({
      'eni-1': by(replaced, { at: NOW + 1_000, since: NOW + 1_000 }),
    });
  });

  test('a heartbeat has the time since which every one of its router was taken', async () => {
    const taken = async (at: number) => {
      await store.recordHeartbeat(TOKYO_1, { at, everyMs: 20_000 });
      return (await store.read('x')).heartbeats['eni-1']?.content;
    };
    const beat = (at: number, since: number) => ({ at, everyMs: 20_000, since });
    expect(await taken(NOW)).toEqual(beat(NOW, NOW));
    expect(await taken(NOW + 22_000)).toEqual(beat(NOW + 22_000, NOW));
    expect(await taken(NOW + 20_000)).toEqual(beat(NOW + 22_000, NOW));
    expect(await taken(NOW + 52_000)).toEqual(beat(NOW + 52_000, NOW));
    expect(await taken(NOW + 82_001)).toEqual(beat(NOW + 82_001, NOW + 82_001));
    expect(await taken(NOW + 102_001)).toEqual(beat(NOW + 102_001, NOW + 82_001));
  });

  test('a pause stands until it is ended', async () => {
    await store.setPause(pause);
    expect((await storedState()).pause).toEqual(pause);
    await store.endPause(pause.since + 1);
    expect((await storedState()).pause).toBeUndefined();
  });

  test('an end that is carried out late does not end what was ordered after it', async () => {
    const maintenance = { since: NOW, by: 'ann', reason: 'disk' };
    await store.setPause(pause);
    await store.setMaintenance('eni-1', maintenance);
    await store.endPause(pause.since - 1);
    await store.endMaintenance('eni-1', NOW - 1);
    expect(await storedState()).toMatchObject({ pause, maintenance: { 'eni-1': maintenance } });
  });

  test('an order that is carried out late does not begin again what was ended after it', async () => {
    const maintenance = { since: NOW, by: 'ann', reason: 'disk' };
    await store.setPause(pause);
    await store.setMaintenance('eni-1', maintenance);
    await store.endPause(pause.since + 1);
    await store.endMaintenance('eni-1', NOW + 1);
    await store.setPause(pause);
    await store.setMaintenance('eni-1', maintenance);
    expect(await storedState()).toMatchObject({ pause: undefined, maintenance: {} });
    expect(await store.operatorOrders('eni-1')).toEqual({ pause: undefined, maintenance: undefined });
    const next = { ...pause, since: pause.since + 2 };
    await store.setPause(next);
    await store.setMaintenance('eni-1', { ...maintenance, since: NOW + 2 });
    expect(await storedState()).toMatchObject({ pause: next, maintenance: { 'eni-1': { since: NOW + 2 } } });
  });

  test('a maintenance that is carried out late does not replace one that was ordered after it', async () => {
    const maintenance = { since: NOW, by: 'ann', reason: 'disk' };
    await store.setMaintenance('eni-1', maintenance);
    await store.setMaintenance('eni-1', { ...maintenance, since: NOW - 1, by: 'bob' });
    expect((await storedState()).maintenance).toEqual({ 'eni-1': maintenance });
  });

  test('a pause that is carried out late does not replace one that was ordered after it', async () => {
    await store.setPause(pause);
    await store.setPause({ ...pause, since: pause.since - 1, until: pause.until - 1 });
    expect((await storedState()).pause).toEqual(pause);
    const next = { ...pause, since: pause.since + 1, until: pause.until - 1 };
    await store.setPause(next);
    expect((await storedState()).pause).toEqual(next);
  });

  test('the last acknowledgement stands', async () => {
    expect((await storedState()).acknowledgement).toBeUndefined();
    await store.setAcknowledgement({ since: NOW, by: 'ann', reason: 'on it', id: 'report-1' });
    const second = { since: NOW + 1, by: 'bob', reason: 'mine' };
    await store.setAcknowledgement(second);
    expect((await storedState()).acknowledgement).toEqual(second);
  });

  test('each stage of a pause is announced by the run that writes it first', async () => {
    const ending = { since: pause.since, until: pause.until, stage: 'ending' } as const;
    const told = [ending, ending, { ...ending, stage: 'ended' } as const, { ...ending, until: pause.until + 60_000 }];
    const first = [];
    for (const each of told) first.push(await store.setAnnouncedPause(each));
    expect(first).toEqual([true, false, true, true]);
    expect((await storedState()).announcedPause).toEqual({ ...ending, until: pause.until + 60_000 });
  });

  test('maintenance is per interface, and ends', async () => {
    const maintenance = { since: NOW, by: 'ann', reason: 'disk' };
    await store.setMaintenance('eni-1', maintenance);
    await store.setMaintenance('eni-2', maintenance);
    await store.endMaintenance('eni-1', NOW + 1);
    expect((await storedState()).maintenance).toEqual({ 'eni-2': maintenance });
  });

  test("a run's orders are the pause and the maintenance of its target, and nothing else", async () => {
    const maintenance = { since: NOW, by: 'ann', reason: 'disk' };
    expect(await store.operatorOrders('eni-2')).toEqual({ pause: undefined, maintenance: undefined });
    await store.setPause(pause);
    await store.setMaintenance('eni-2', maintenance);
    expect(await store.operatorOrders('eni-2')).toEqual({ pause, maintenance });
    expect(await store.operatorOrders('eni-1')).toEqual({ pause, maintenance: undefined });
  });

  test('testimonies are kept, the newest of each witness about each router', async () => {
    const about1 = { by: 'virginia-1', about: 'eni-1', at: NOW };
    const about2 = { by: 'virginia-1', about: 'eni-2', at: NOW + 1 };
    await store.recordWitnessReport(about1);
    await store.recordWitnessReport({ ...about1, at: NOW - 5_000 });
    await store.recordWitnessReport(about2);
    expect((await storedState()).witnessReports).toEqual([about1, about2]);
  });

  test('rounds of the probe and the last change of health are kept', async () => {
    const rounds = [{ turn: 'turn-1', at: NOW, readings: { 'eni-1': { instance: 'i-1', bgp: UP }, 'eni-2': null } }];
    const refused = [{ table: 'rtb-1', destination: '10.2.0.0/20', why: 'UnauthorizedOperation: No.' }];
    const health = { state: 'degraded', since: NOW, problems: ['tokyo-2 is silent'], refused } as const;
    expect(await store.recordRounds(rounds, undefined)).toBeUndefined();
    await store.setHealth(health);
    expect(await storedState()).toMatchObject({ probes: rounds, health });
  });

  test('rounds that another delivery of the probe has written meanwhile are not overwritten, but handed back', async () => {
    const round = (at: number) => ({ turn: 'turn-1', at, readings: { 'eni-1': { instance: 'i-1', at, bgp: UP } } });
    const [first, ours, theirs] = [round(NOW - 60_000), round(NOW + 1), round(NOW)];
    await store.recordRounds([first], undefined);
    expect(await store.recordRounds([first, theirs], first.at)).toBeUndefined();
    expect(await store.recordRounds([first, ours], first.at)).toEqual([first, theirs]);
    expect((await storedState()).probes).toEqual([first, theirs]);
    expect(await store.recordRounds([first, theirs, ours], theirs.at)).toBeUndefined();
    expect((await storedState()).probes).toEqual([first, theirs, ours]);
  });

  test('an answer is found by its id, and only by that', async () => {
    const answer = { outcome: 'swapped', reason: 'owner-left', says: 'Done.', at: NOW } as const;
    await store.recordAnswer('report-1', answer);
    expect((await store.read('report-1')).stored.answered).toEqual(answer);
    expect((await store.read('report-2')).stored.answered).toBeUndefined();
    expect((await store.read()).stored.answered).toBeUndefined();
  });

  test('an answer that ended a trigger is not undone by a later refusal; a refusal or a note is by anything', async () => {
    const answer = (outcome: Outcome) => ({ outcome, reason: 'x', says: 'So.', at: NOW });
    const stands = async () => (await store.read('report-1')).stored.answered?.outcome;
    await store.recordAnswer('report-1', answer('refused'));
    await store.recordAnswer('report-1', answer('partial'));
    expect(await stands()).toBe('partial');
    await store.recordAnswer('report-1', answer('noted'));
    expect(await stands()).toBe('noted');
    await store.recordAnswer('report-1', answer('refused'));
    expect(await stands()).toBe('refused');
    await store.recordAnswer('report-1', answer('swapped'));
    await store.recordAnswer('report-1', answer('refused'));
    await store.recordAnswer('report-1', answer('noted'));
    expect(await stands()).toBe('swapped');
  });

  test('history gives the newest entries first, and as many as are asked for, however long they are', async () => {
    const entry = (id: string, at: number) =>
      ({
        kind: 'swap',
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
    await store.recordHistory(entry('late', NOW + 2_000));
    await store.recordHistory(entry('first', NOW));
    await store.recordHistory(entry('second', NOW + 1_000));
    expect((await store.history(2)).map(({ id }) => id)).toEqual(['late', 'second']);
    expect((await store.history(9)).at(-1)).toEqual(entry('first', NOW));
    const long = { ...entry('long', NOW + 3_000), says: 'x'.repeat(300_000) };
    for (let index = 0; index < 8; index++) await store.recordHistory({ ...long, id: `long-${index}` });
    expect(await store.history(20)).toHaveLength(11);
    expect((await store.history(9)).map(({ id }) => id).slice(-2)).toEqual(['long-0', 'late']);
  });

  test('keeps the details of a trigger beside the history, the newest first', async () => {
    const entry = (at: number) => ({
      kind: 'swap',
      at,
      id: 'r1',
      detector: 'bfd',
      outcome: 'refused',
      reason: 'x',
      says: 'No.',
    });
    const detailed = (at: number) =>
      ({ ...entry(at), epoch: 0, moved: 0, tookMs: 1, detail: { version: '1' } }) as unknown as DetailedEntry;
    await store.recordDetail(detailed(NOW));
    await store.recordDetail(detailed(NOW + 1));
    expect(await store.details('r1')).toEqual([detailed(NOW + 1), detailed(NOW)]);
    expect(await store.details('r')).toEqual([]);
    expect(await store.history(9)).toEqual([]);
    const pushed = { ...detailed(NOW + 2), kind: 'push', id: 'p1-tokyo-1' } as unknown as DetailedEntry;
    await store.recordDetail(pushed);
    expect(await store.details('p1-tokyo-1')).toEqual([pushed]);
  });

  test('every entry of the history has the fields that earlier versions require', async () => {
    const entry = { at: NOW, id: 'x', detector: 'operator', outcome: 'noted', says: 'So.' } as const;
    await store.recordHistory({ ...entry, kind: 'operator', reason: 'operator' });
    await store.recordHistory({ ...entry, kind: 'push', id: 'y', reason: 'config-pushed', tookMs: 7 });
    await store.recordHistory({ ...entry, kind: 'event', id: 'z', reason: 'instance-stop', epoch: 3 });
    expect(await store.history(3)).toMatchObject([
      { kind: 'event', epoch: 3, moved: 0, tookMs: 0 },
      { kind: 'push', epoch: 0, moved: 0, tookMs: 7 },
      { kind: 'operator', epoch: 0, moved: 0, tookMs: 0 },
    ]);
  });
}
