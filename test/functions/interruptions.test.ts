import { describe, expect, it } from 'vitest';
import type { FaultInput } from '#emulator/faults.ts';
import type { SiteWorld } from '../world/site-world.ts';
import { finished, InterruptedSwap, SUCCESSORS, tableOf } from './interrupted-swap.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const PLANS = [1, 2, 4];
/** Steps done before the interruption, of all steps: 0 of 1, 0 of 2, 1 of 2, … */
const STOPS = PLANS.flatMap((steps) => upTo(steps).map((done) => [done, steps] as const));
const successorOf = (count: number) => SUCCESSORS[count % SUCCESSORS.length] ?? 'the probe';

/** Every ReplaceRoute from the n-th route on meets a fault. */
function faultFrom(world: SiteWorld, nth: number, fault: FaultInput): void {
  for (const index of upTo(world.site.routes.length).slice(nth)) {
    world.aws.faults.add({ ...fault, action: 'ReplaceRoute', resource: `*route-table/${tableOf(index)}` });
  }
}

/** Acts just before the n-th call of that name; `before`: the run ends there. */
function atCall(world: SiteWorld, name: string, nth: number, act: () => 'before' | undefined): void {
  let met = 0;
  world.crashes = (call) => (call.startsWith(name) && met++ === nth ? act() : undefined);
}

const die = () => 'before' as const;

describe('an interrupted swap is finished by the next trigger: the remaining routes, and only those', () => {
  const all = PLANS.map((steps) => [steps, steps] as const);

  it.each([...STOPS, ...all])('when the process ends after %i of %i steps', async (done, steps) => {
    const swap = await InterruptedSwap.begin(steps, (world) => {
      if (done < steps) atCall(world, 'ec2 ReplaceRoute', done, die);
      else atCall(world, 'ec2 DescribeRouteTables', 1, die);
    });
    expect(await swap.ended()).toBeUndefined();
    expect(swap.moved()).toEqual(upTo(done));
    swap.heal();
    const who = successorOf(done + steps);
    const whileLeased = await swap.succeed(who);
    expect(swap.replacedBy(whileLeased.run)).toEqual([]);
    await swap.leaseEnds();
    const { run, answer } = await swap.succeed(who);
    expect(answer).toMatchObject({ outcome: done < steps ? 'swapped' : 'already', reason: 'finish-swap' });
    expect(swap.replacedBy(run)).toEqual(upTo(steps).slice(done));
    expect(await swap.end()).toEqual(finished(2, 'finish-swap'));
  });

  it.each(STOPS)('when Lambda ends it, because EC2 does not answer after %i of %i steps', async (done, steps) => {
    const swap = await InterruptedSwap.begin(steps, (world) => faultFrom(world, done, { kind: 'latency', ms: 60_000 }));
    expect(await swap.ended()).toBeUndefined();
    expect(swap.moved()).toEqual(upTo(done));
    swap.heal();
    await swap.leaseEnds();
    // Its lease is over for so long that every read shows its last call: if it has moved no route, the failure is decided on anew.
    const [who, reason] =
      done > 0 ? [successorOf(done + steps), 'finish-swap'] : ['the same report' as const, 'reported-by-survivor'];
    const { run, answer } = await swap.succeed(who);
    expect(answer).toMatchObject({ outcome: 'swapped', reason });
    expect(swap.replacedBy(run)).toEqual(upTo(steps).slice(done));
    // The ended run's calls arrive long after: they request what its successor requested.
    await swap.world.clock.advanceTo(swap.world.clock.now() + 60_000);
    expect(await swap.end()).toEqual(finished(2, reason));
  });

  const refusals: { what: string; fault: FaultInput; says: RegExp }[] = [
    { what: 'throttles it to the end of its time', fault: { kind: 'throttle' }, says: /RequestLimitExceeded/ },
    { what: 'denies it', fault: { kind: 'denied' }, says: /UnauthorizedOperation/ },
    { what: 'fails', fault: { kind: 'error', code: 'Unavailable', status: 503 }, says: /Unavailable/ },
  ];
  // Each with its own third of the stops: together they are all met.
  const refused = refusals.flatMap((refusal, third) =>
    STOPS.filter((_, index) => index % 3 === third).map(([done, steps]) => ({ done, steps, ...refusal })),
  );

  it.each(refused)('when after $done of $steps steps EC2 $what', async ({ done, steps, fault, says }) => {
    const swap = await InterruptedSwap.begin(steps, (world) => faultFrom(world, done, fault));
    const partial = await swap.ended();
    expect(partial).toMatchObject({ outcome: 'partial', epoch: 1, says: expect.stringMatching(says) as unknown });
    expect(partial?.['remaining']).toHaveLength(steps - done);
    expect(swap.moved()).toEqual(upTo(done));
    swap.heal();
    const { run, answer } = await swap.succeed(successorOf(steps));
    expect(answer).toMatchObject({ outcome: 'swapped', reason: 'finish-swap' });
    expect(swap.replacedBy(run)).toEqual(upTo(steps).slice(done));
    expect(await swap.end()).toEqual(finished(2, 'finish-swap'));
  });
});

describe('a lost answer causes no second swap: ReplaceRoute is called once for each route', () => {
  it.each(PLANS)('of %i steps, when every answer from EC2 is lost, though the call took effect', async (steps) => {
    const lost = { kind: 'lost-answer', times: 1 } as const;
    const swap = await InterruptedSwap.begin(steps, (world) => faultFrom(world, 0, lost));
    expect(await swap.ended()).toMatchObject({ outcome: 'swapped', epoch: 1 });
    expect(swap.replacedBy(swap.first)).toEqual(upTo(steps));
    expect(await swap.end()).toEqual(finished(1, 'reported-by-survivor'));
  });

  it.each(PLANS)('of %i steps, when EC2 shows the state before the last write for a while', async (steps) => {
    const swap = await InterruptedSwap.begin(steps, (world) =>
      atCall(world, 'ec2 ReplaceRoute', 0, () => {
        world.aws.faults.add({ action: 'DescribeRouteTables', kind: 'stale-read', times: 4 });
        return undefined;
      }),
    );
    expect(await swap.ended()).toMatchObject({ outcome: 'swapped' });
    expect(swap.replacedBy(swap.first)).toEqual(upTo(steps));
    expect(await swap.end()).toEqual(finished(1, 'reported-by-survivor'));
  });

  it('but for a successor that is shown an old state: one route too many, which changes nothing', async () => {
    const swap = await InterruptedSwap.begin(5, (world) => atCall(world, 'ec2 ReplaceRoute', 3, die));
    await swap.ended();
    swap.heal();
    await swap.leaseEnds();
    swap.world.aws.faults.add({ action: 'DescribeRouteTables', kind: 'stale-read', times: 1 });
    const { run } = await swap.succeed('the same report');
    expect(swap.replacedBy(run)).toEqual([2, 3, 4]);
    expect(await swap.end()).toEqual(finished(2, 'finish-swap'));
  });
});

describe('the store loses an answer', () => {
  const losing = (world: SiteWorld, name: string, fault: FaultInput) =>
    atCall(world, name, 0, () => {
      world.aws.faults.add({ ...fault, service: 'dynamodb' });
      return undefined;
    });

  it('to the begin: the run knows its own journal again, and swaps', async () => {
    const swap = await InterruptedSwap.begin(3, (world) =>
      losing(world, 'dynamodb PutItem lease', { action: 'PutItem', kind: 'lost-answer', times: 1 }),
    );
    expect(await swap.ended()).toMatchObject({ outcome: 'swapped', epoch: 1 });
    expect(await swap.end()).toEqual(finished(1, 'reported-by-survivor'));
  });

  it.each(SUCCESSORS)('to the begin, and is gone: nothing moves; %s does it when the lease is over', async (who) => {
    const swap = await InterruptedSwap.begin(3, (world) => {
      losing(world, 'dynamodb PutItem lease', { action: 'PutItem', kind: 'lost-answer', times: 1 });
      world.aws.timeline.on((happening) => {
        if (happening.kind !== 'call' || happening.error !== 'the answer was lost') return;
        world.aws.faults.add({ service: 'dynamodb', kind: 'error', code: 'InternalServerError', status: 500 });
      });
    });
    expect(await swap.ended()).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
    expect(swap.moved()).toEqual([]);
    swap.heal();
    expect(swap.replacedBy((await swap.succeed(who)).run)).toEqual([]);
    await swap.leaseEnds();
    const { run } = await swap.succeed(who);
    expect(swap.replacedBy(run)).toEqual([0, 1, 2]);
    expect(await swap.end()).toEqual(finished(2, 'finish-swap'));
  });

  it.each([1, 3])('to the release, %i times: the swap is closed all the same', async (times) => {
    const swap = await InterruptedSwap.begin(3, (world) =>
      losing(world, 'dynamodb UpdateItem lease', { action: 'UpdateItem', kind: 'lost-answer', times }),
    );
    expect(await swap.ended()).toMatchObject({ outcome: 'swapped' });
    expect(await swap.end()).toEqual(finished(1, 'reported-by-survivor'));
  });

  it('because it is down at the release: the answer to the router is correct, and the probe closes the swap', async () => {
    const swap = await InterruptedSwap.begin(3, (world) =>
      losing(world, 'dynamodb UpdateItem lease', { kind: 'error', code: 'InternalServerError', status: 500 }),
    );
    expect(await swap.ended()).toMatchObject({ outcome: 'swapped', owner: 'tokyo-2' });
    swap.heal();
    await swap.leaseEnds();
    const { run, answer } = await swap.succeed('the probe');
    expect(answer).toMatchObject({ outcome: 'already', reason: 'finish-swap' });
    expect(swap.replacedBy(run)).toEqual([]);
    expect(await swap.end()).toEqual(finished(2, 'finish-swap'));
  });

  it.each([1, 3])('to the renewal, %i times: the run goes on with its lease', async (times) => {
    const swap = await InterruptedSwap.begin(3, (world) => {
      faultFrom(world, 1, { kind: 'throttle' });
      losing(world, 'dynamodb UpdateItem lease', { action: 'UpdateItem', kind: 'lost-answer', times });
    });
    await swap.world.clock.advanceTo(swap.world.clock.now() + 12_500);
    expect(swap.first.calls).toContain('dynamodb UpdateItem lease');
    expect(swap.moved()).toEqual([0]);
    swap.heal();
    expect(await swap.ended()).toMatchObject({ outcome: 'swapped', epoch: 1 });
    expect(await swap.end()).toEqual(finished(1, 'reported-by-survivor'));
  });
});

const calls = await callsOfOneSwap();
const deaths = calls.flatMap((call, index) => [['before', index, call] as const, ['after', index, call] as const]);

describe('a run of 3 steps that ends at any call is finished within the next minute', () => {
  it.each(deaths)('%s its call %i, %s', async (when, index) => {
    const swap = await InterruptedSwap.begin(3, (world) => {
      world.crashes = (_, count) => (count === index ? when : undefined);
    });
    await swap.ended();
    expect(swap.first.isDead).toBe(true);
    swap.heal();
    await swap.leaseEnds();
    const { epoch: begun, unfinished } = (await swap.recall()).stored;
    const rest = swap.rest();
    // Before anything is written down, only the router knows; it asks again.
    const { run } = await swap.succeed(begun === 0 ? 'the same report' : successorOf(index));
    expect(swap.replacedBy(run)).toEqual(rest);
    // A report that was answered before the run ended is not acted on twice; the probe runs in the same minute.
    await swap.world.round();
    const epoch = begun === 0 || unfinished !== undefined ? begun + 1 : begun;
    expect(await swap.end()).toEqual(finished(epoch, epoch === 1 ? 'reported-by-survivor' : 'finish-swap'));
  });
});

async function callsOfOneSwap(): Promise<readonly string[]> {
  const swap = await InterruptedSwap.begin(3, () => undefined);
  await swap.ended();
  return swap.first.calls;
}
