import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALARMS, type AlarmName } from '#contracts/alarms.ts';
import { instanceOf } from '#demo/account-of-topology.ts';
import { routeName } from '#failover/site.ts';
import { watchPushes } from '#functions/health-probe/watch-pushes.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { DOWN, REPORT, SITE } from '../failover/situation.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { PushedPair, RENUMBERED } from '../functions/pushed-pair.ts';
import { send } from '../functions/send-report.ts';
import { AlarmedSite } from './alarmed-site.ts';
import { assembly, names, tokyo } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof assembly>>;
let site: AlarmedSite;
beforeAll(async () => {
  built = await assembly();
  site = await AlarmedSite.start(built.directory);
});
afterAll(async () => {
  await site.close();
  built.remove();
});

interface Proof {
  /** What an operator calls it. */
  readonly when: string;
  readonly raise: () => Promise<unknown>;
  /** What ends it, besides ten minutes with healthy rounds of the probe. */
  readonly end?: () => Promise<unknown> | void;
  readonly alarm?: string;
}

const stopped = { instance: 'stopped', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' } as const;
const { active } = SITE.routers;
const [route] = SITE.routes;

/** One minute in which a world is reported its failed owner. */
async function reported(prepare: (world: FakeWorld) => unknown, change: Partial<typeof REPORT> = {}): Promise<void> {
  const world = new FakeWorld();
  prepare(world);
  await site.minutes(1, world, () => swapRoutes({ ...REPORT, ...change }, world.tools()));
}

/** Rounds of the probe that watch a push whose command line crashed. */
async function pushLeft(rounds: number, settles: boolean): Promise<void> {
  const pair = new PushedPair();
  await pair.push({ topology: RENUMBERED, only: 'tokyo-2', hold: true });
  pair.world.now = (pair.pushes.last?.applying?.undoneBy ?? 0) + 1;
  await site.minutes(rounds, pair.world, () => {
    const { pushes, now, log } = pair.tools();
    const { metric } = pair.world.tools();
    const settlePush = async () => void (settles && (await pair.ask('settle')));
    return watchPushes({ pushes, now, log, metric, settlePush });
  });
}

/** A proof of every alarm: one without is a type error. */
const PROOFS: Record<AlarmName, Proof> = {
  'traffic-lost': {
    when: 'neither router has had a path for two minutes',
    raise: () => site.rounds(2, new FakeWorld(), { 'tokyo-1': DOWN, 'tokyo-2': DOWN }),
  },
  'failover-happened': { when: 'a swap has moved the routes', raise: () => reported(() => undefined) },
  'failover-partial': {
    when: 'EC2 refuses to replace a route',
    raise: () =>
      reported((world) => {
        world.faults = Array.from({ length: 40 }, () => ({ code: 'Denied', message: 'No.', kind: 'final' }));
      }),
  },
  'failover-refused': {
    when: 'the reporter has no path itself',
    raise: () => reported(() => undefined, { bgp: DOWN }),
  },
  'foreign-routes': {
    when: 'a managed route has been deleted',
    raise: async () => {
      const world = new FakeWorld();
      if (route !== undefined) world.targets.delete(routeName(route));
      await site.rounds(1, world);
    },
  },
  'lock-bypassed': {
    when: 'a swap goes on without the table',
    raise: () =>
      reported((world) => {
        world.storeDown = true;
        world.ec2 = { ...world.ec2, 'tokyo-1': stopped };
      }),
  },
  'swap-failed': {
    when: 'route-swap throws',
    raise: () => site.emulator.invoke(names.routeSwap, { action: 'nonsense' }),
  },
  'not-ready': {
    when: 'the standby has had no path for three minutes',
    raise: () => site.rounds(3, new FakeWorld(), { 'tokyo-2': DOWN }),
  },
  'probe-missing': {
    when: 'no round has ended for three minutes',
    raise: async () => {
      await site.rounds(1, new FakeWorld());
      await site.pass(4);
    },
  },
  'contact-missing': {
    when: 'a router has not reported anything for minutes',
    alarm: 'contact-missing--tokyo-1',
    raise: async () => {
      const world = new FakeWorld();
      world.keepsContact = false;
      await site.rounds(3, world);
    },
  },
  'report-rejected': {
    when: 'a report is signed by the owner that it accuses',
    raise: async () => {
      const world = new FakeWorld();
      await site.minutes(1, world, () => send(world, { signedBy: active.instance }));
    },
  },
  'api-refused': {
    when: 'hundreds of requests a minute are not signed',
    raise: async () => {
      const url = `${site.emulator.httpApiUrl(names.events)}/v1/sites/tokyo/events`;
      for (let batch = 0; batch < 10; batch += 1)
        await Promise.all(Array.from({ length: 30 }, () => fetch(url, { method: 'POST', body: '{}' })));
    },
  },
  'api-throttled': { when: 'the access log has a 429', raise: async () => site.put('ApiThrottled', 1) },
  'swap-throttled': {
    when: 'Lambda has no environment left for route-swap',
    raise: async () => site.putAny('AWS/Lambda', 'Throttles', 1, { FunctionName: names.routeSwap }),
  },
  'notify-failed': {
    when: 'the notifier throws',
    raise: async () => site.putAny('AWS/Lambda', 'Errors', 1, { FunctionName: names.notify }),
  },
  'notify-throttled': {
    when: 'Lambda has no environment left for the notifier',
    raise: async () => site.putAny('AWS/Lambda', 'Throttles', 1, { FunctionName: names.notify }),
  },
  'status-check': {
    when: 'EC2 finds the instance impaired for two minutes',
    alarm: 'status-check--tokyo-1',
    raise: () => {
      site.emulator.ec2.lifecycle.impair(tokyo.region, instanceOf(tokyo.routers.active));
      return site.pass(2);
    },
    end: () => site.emulator.ec2.lifecycle.recover(tokyo.region, instanceOf(tokyo.routers.active)),
  },
  'push-failed': { when: 'an abandoned push was rolled back', raise: () => pushLeft(1, true) },
  'push-unsettled': { when: 'nothing settles an abandoned push', raise: () => pushLeft(3, false) },
  'dead-letters': {
    when: 'Lambda gives up an event that route-swap does not understand',
    raise: async () => {
      const path = `/2015-03-31/functions/${names.routeSwap}/invocations`;
      await site.call('lambda', path, { 'x-amz-invocation-type': 'Event' }, '{"action":"nonsense"}');
      const { arn = '' } = site.emulator.queues.named(tokyo.region, names.deadLetters) ?? {};
      await expect
        .poll(
          async () => {
            await site.pass(1);
            return site.emulator.queues.messages(arn).length;
          },
          { timeout: 60_000 },
        )
        .toBe(1);
      await site.pass(1);
    },
    end: async () => {
      const url = site.emulator.queues.named(tokyo.region, names.deadLetters)?.url;
      const headers = { 'x-amz-target': 'AmazonSQS.PurgeQueue', 'content-type': 'application/x-amz-json-1.0' };
      await site.call('sqs', '/', headers, JSON.stringify({ QueueUrl: url }));
    },
  },
};

describe('an alarm rises, and ends', () => {
  it.each(Object.entries(PROOFS).map(([name, proof]) => ({ name, alarm: name, ...proof })))(
    '$name: $when',
    async ({ raise, end, alarm }) => {
      expect(site.risen()).not.toContain(alarm);
      await raise();
      expect(site.risen()).toContain(alarm);
      await end?.();
      await site.rounds(10, new FakeWorld());
      expect(site.risen()).not.toContain(alarm);
    },
  );
});

describe('the dashboard', () => {
  const widgets = () => site.emulator.dashboards.get(names.stack)?.widgets ?? [];

  it('shows the state of every alarm of the site', () => {
    const shown = widgets().flatMap((widget) => (widget.type === 'alarm' ? widget.properties.alarms : []));
    const own = shown.map((arn) => arn.replace(/.*:alarm:/, '').replace(`${names.stack}--`, ''));
    expect(own.toSorted()).toEqual(site.all().toSorted());
  });

  it('names every alarm whose severity is down, and the runbook', () => {
    const [text = ''] = widgets().flatMap((widget) => (widget.type === 'text' ? [widget.properties.markdown] : []));
    const down = Object.entries(ALARMS).flatMap(([name, { severity }]) => (severity === 'down' ? [name] : []));
    expect([...down, 'docs/runbook.md'].filter((part) => !text.includes(part))).toEqual([]);
  });
});

describe('the stack', () => {
  it('has the alarms of the table, those of routers for each router, and no others', () => {
    const perRouter = Object.entries(ALARMS).flatMap(([name, { watches }]) =>
      watches.of === 'router' || watches.of === 'ec2' ? [`${name}--tokyo-1`, `${name}--tokyo-2`] : [name],
    );
    expect(site.all().toSorted()).toEqual(perRouter.toSorted());
  });
});
