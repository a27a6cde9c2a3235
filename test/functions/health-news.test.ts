import { describe, expect, it } from 'vitest';
import type { ReplaceOutcome } from '#aws/route-tables.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { DOWN, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const UP_ANSWER: CommandEnd = { kind: 'answered', output: JSON.stringify(UP) };
const DOWN_ANSWER: CommandEnd = { kind: 'answered', output: JSON.stringify(DOWN) };
const SILENT: CommandEnd = { kind: 'silent', why: 'no answer within 10 s' };

/** What both routers answer in a round, and what EC2 says to the rehearsal of each route. */
interface Minute {
  readonly active?: CommandEnd;
  readonly standby?: CommandEnd;
  readonly rehearsals?: ReplaceOutcome[];
  readonly turn?: string;
}

/** Rounds of the probe, one a minute, with the real rehearsal. */
async function play(world: FakeWorld, minutes: readonly Minute[]): Promise<void> {
  for (const { active = UP_ANSWER, standby = UP_ANSWER, rehearsals = [], turn = `turn-${world.now}` } of minutes) {
    world.faults = [...rehearsals];
    const readBgp = ({ name }: { name: string }) => Promise.resolve(name === 'tokyo-1' ? active : standby);
    const askRouteSwap = () => rehearse(world.tools({ readBgp }));
    await probeSite(world.tools({ turn, readBgp, askRouteSwap }));
    world.now += 60_000;
  }
}

const told = ({ announced }: FakeWorld) => announced.map(({ type }) => type);
const ready = ({ metrics }: FakeWorld) =>
  metrics.flatMap(({ name, value }) => (name === 'FailoverReady' ? [value] : []));
const many = (count: number, minute: Minute) => Array.from({ length: count }, () => minute);
const BAD: Minute = { standby: DOWN_ANSWER };

describe('the health of a site is announced', () => {
  it('once it has been degraded for three rounds, and once it has been well again for as many', async () => {
    const world = new FakeWorld();
    await play(world, [{}, BAD, BAD]);
    expect(told(world)).toEqual([]);
    await play(world, many(10, BAD));
    expect(told(world)).toEqual(['Site Degraded']);
    await play(world, [{}, {}]);
    expect(told(world)).toEqual(['Site Degraded']);
    await play(world, many(10, {}));
    expect(told(world)).toEqual(['Site Degraded', 'Site Recovered']);
    expect(ready(world).join('')).toBe(`1${'0'.repeat(12)}${'1'.repeat(12)}`);
  });

  it('since when: from the first of the rounds that found it', async () => {
    const world = new FakeWorld();
    const began = world.now + 60_000;
    await play(world, [{}, BAD, BAD, BAD]);
    expect(world.stored.health).toMatchObject({ state: 'degraded', since: began });
  });

  it.each<[string, (minute: number) => Minute]>([
    ['the owner’s agent answers two of three times', (m) => (m % 3 === 2 ? { active: SILENT } : {})],
    ['the standby’s does', (m) => (m % 3 === 2 ? { standby: SILENT } : {})],
    ['SSM answers neither router every third time', (m) => (m % 3 === 2 ? { active: SILENT, standby: SILENT } : {})],
    ['SSM answers every third time', (m) => (m % 3 === 2 ? {} : { active: SILENT, standby: SILENT })],
    ['a standby has BGP two minutes up and two down', (m) => (m % 4 < 2 ? {} : BAD)],
  ])('at most once in an hour in which %s', async (_, at) => {
    const world = new FakeWorld();
    await play(
      world,
      Array.from({ length: 60 }, (__, minute) => at(minute)),
    );
    expect(told(world).length).toBeLessThanOrEqual(1);
  });

  it('three turns, not three deliveries', async () => {
    const world = new FakeWorld();
    await play(world, [
      { ...BAD, turn: 'a' },
      { ...BAD, turn: 'b' },
      { ...BAD, turn: 'b' },
      { ...BAD, turn: 'b' },
    ]);
    expect(told(world)).toEqual([]);
    await play(world, [{ ...BAD, turn: 'c' }]);
    expect(told(world)).toEqual(['Site Degraded']);
  });

  it('once more when something else has been wrong with the owner for three rounds', async () => {
    const world = new FakeWorld();
    await play(world, many(5, BAD));
    const impaired = { ...world.ec2['tokyo-1'], statusChecks: 'impaired' } as never;
    world.ec2 = { ...world.ec2, 'tokyo-1': impaired };
    await play(world, many(2, {}));
    expect(told(world)).toEqual(['Site Degraded']);
    await play(world, many(5, {}));
    expect(world.announced.map(({ type, detail }) => [type, detail['diagnosis']])).toEqual([
      ['Site Degraded', 'StandbyUnfit'],
      ['Site Degraded', 'OwnerImpaired'],
    ]);
  });

  it('once more when the owner has not been well for three rounds, each time for another reason', async () => {
    const world = new FakeWorld();
    await play(world, many(5, BAD));
    // The owner has not answered for 90 s and more; the standby answers some rounds.
    await play(world, many(2, { active: SILENT, standby: DOWN_ANSWER }));
    for (let times = 0; times < 4; times += 1)
      await play(world, [{ active: SILENT }, { active: SILENT, standby: DOWN_ANSWER }]);
    const [, ...later] = world.announced.map(({ detail }) => String(detail['diagnosis']));
    expect(later).toHaveLength(1);
    expect(later[0]).toMatch(/OwnerUnfit|BothUnfit/);
  });
});

describe('the severity of a degraded site is announced', () => {
  it('when traffic is lost in addition, and when it flows again without redundancy', async () => {
    const world = new FakeWorld();
    await play(world, many(5, BAD));
    await play(world, many(5, { active: DOWN_ANSWER, standby: DOWN_ANSWER }));
    await play(world, many(5, BAD));
    await play(world, many(5, {}));
    const said = world.announced.map(({ type, detail }) => [type, detail['severity'], detail['owner']]);
    expect(said).toEqual([
      ['Site Degraded', 'degraded', 'tokyo-1'],
      ['Site Degraded', 'down', 'tokyo-1'],
      ['Site Degraded', 'degraded', 'tokyo-1'],
      ['Site Recovered', undefined, 'tokyo-1'],
    ]);
  });

  it('with the time since which the site is degraded', async () => {
    const world = new FakeWorld();
    const began = new Date(world.now + 60_000).toISOString();
    await play(world, [{}, ...many(5, BAD), ...many(5, {})]);
    expect(world.announced.map(({ detail }) => detail['since'])).toEqual([began, began]);
  });
});

describe('a rehearsed call that fails once', () => {
  const failing = { code: 'InternalError', message: 'An internal error.', kind: 'passing' } as const;
  const denied = { code: 'UnauthorizedOperation', message: 'No.', kind: 'final' } as const;

  it.each([failing, denied])('is made again before the site is not ready: $code', async (fault) => {
    const world = new FakeWorld();
    await play(world, [{ rehearsals: [fault] }]);
    expect(ready(world)).toEqual([1]);
  });

  it('and fails again keeps the site from being ready', async () => {
    const world = new FakeWorld();
    await play(world, [{ rehearsals: [denied, denied, denied, denied] }]);
    expect(ready(world)).toEqual([0]);
  });

  it('is left to the next round where EC2 throttles: it needs its calls for a swap', async () => {
    const world = new FakeWorld();
    const throttled = { code: 'RequestLimitExceeded', message: 'x', kind: 'throttled' } as const;
    const asked = { times: 0 };
    const rehearseReplace = () => Promise.resolve(void (asked.times += 1)).then(() => throttled);
    expect(await rehearse(world.tools({ rehearseReplace }))).toMatchObject({ rehearsed: 2 });
    expect(asked.times).toBe(2);
  });

  it('is asked of route-swap again where that did not answer at once', async () => {
    const world = new FakeWorld();
    const answers = [() => Promise.reject(new Error('throttled')), () => rehearse(world.tools({}))];
    const readBgp = () => Promise.resolve(UP_ANSWER);
    await probeSite(
      world.tools({ turn: 't', readBgp, askRouteSwap: () => (answers.shift() ?? answers[0])?.() }) as never,
    );
    expect(world.metrics).toContainEqual({ name: 'FailoverReady', value: 1 });
  });

  it('is not asked for again where route-swap took its time to fail: the round has an end', async () => {
    const world = new FakeWorld();
    let asked = 0;
    const askRouteSwap = () => {
      asked += 1;
      world.now += 12_000;
      return Promise.reject(new Error('route-swap failed: EC2 does not answer'));
    };
    await probeSite(world.tools({ turn: 't', readBgp: () => Promise.resolve(UP_ANSWER), askRouteSwap }));
    expect(asked).toBe(1);
    expect(world.metrics).toContainEqual({ name: 'FailoverReady', value: 0 });
  });
});
