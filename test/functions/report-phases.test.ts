import { describe, expect, it } from 'vitest';
import { answerReport } from '#functions/route-swap/answer-report.ts';
import { NOW, SITE, UP } from '../failover/situation.ts';
import { reportEvent } from '../world/report-event.ts';
import { FakeWorld } from './fakes.ts';

const UP_LIFE = { bgp: 'up', agent: true, api: true } as const;
const LIVES = { 'tokyo-1': UP_LIFE, 'tokyo-2': UP_LIFE, 'virginia-1': UP_LIFE };

/** Sends the standby's report about the active, changed. */
async function send(world: FakeWorld, change: object, by = 'tokyo-2') {
  const event = reportEvent({ id: 'outage-1', at: world.now, by, detector: 'bfd', event: 'peer-failed' }, SITE, LIVES);
  const body = { ...(JSON.parse(event.body ?? '') as object), ...change };
  const { statusCode, body: answer = '' } = await answerReport({ ...event, body: JSON.stringify(body) }, world.tools());
  return { status: statusCode, ...(JSON.parse(answer) as { outcome: string; reason: string; says: string }) };
}

const SUSPECTED = { event: 'peer-suspected', phase: 'suspected' };
const WITHDRAWN = { event: 'peer-suspected', phase: 'withdrawn' };
const CONFIRMED = { phase: 'confirmed' };

function expectUntouched(world: FakeWorld): void {
  expect(world).toMatchObject({ replaced: [], journals: [], history: [], announced: [], answers: {}, evidence: {} });
}

describe('a report in phases', () => {
  it('suspected: moves, records and announces nothing', async () => {
    const world = new FakeWorld();
    expect(await send(world, SUSPECTED)).toMatchObject({ status: 200, outcome: 'noted', reason: 'prepared' });
    expectUntouched(world);
  });

  it('withdrawn: nothing remains', async () => {
    const world = new FakeWorld();
    await send(world, SUSPECTED);
    expect(await send(world, WITHDRAWN)).toMatchObject({ status: 200, outcome: 'noted', reason: 'withdrawn' });
    expectUntouched(world);
  });

  it('confirmed: moves the routes, once', async () => {
    const world = new FakeWorld();
    await send(world, SUSPECTED);
    expect(await send(world, CONFIRMED)).toMatchObject({ status: 200, outcome: 'swapped' });
    expect(await send(world, CONFIRMED)).toMatchObject({ status: 409, reason: 'replayed' });
    expect(world.journals).toHaveLength(1);
  });

  it('a suspected report with a wrong clock is refused, so that the router corrects its clock before it confirms', async () => {
    const world = new FakeWorld();
    const stale = { ...SUSPECTED, at: new Date(NOW - 60_000).toISOString(), evidence: { bgp: UP } };
    expect(await send(world, stale)).toMatchObject({ status: 409, reason: 'report-stale' });
  });

  it.each([
    ['phase suspected with the event of a failure', { phase: 'suspected' }],
    ['phase withdrawn with the event of a failure', { phase: 'withdrawn' }],
    ['phase confirmed with the event of a suspicion', { event: 'peer-suspected', phase: 'confirmed' }],
    ['the event of a suspicion without a phase', { event: 'peer-suspected' }],
    ['a heartbeat with a phase', { event: 'alive', subject: 'tokyo-2', phase: 'confirmed' }],
    ['an unknown phase', { phase: 'guessed' }],
  ])('%s is malformed', async (_, change) => {
    const world = new FakeWorld();
    expect(await send(world, change)).toMatchObject({ status: 400, reason: 'malformed-report' });
    expectUntouched(world);
  });

  it.each([SUSPECTED, CONFIRMED, WITHDRAWN])('a witness of another site has no phase (%j)', async (phase) => {
    const world = new FakeWorld();
    expect(await send(world, phase, 'virginia-1')).toMatchObject({ status: 400, reason: 'phase-of-witness' });
    expect(world.stored.witnessReports).toEqual([]);
  });
});
