import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandEnd, CommandRequest } from '#aws/run-command.ts';
import type { ApiAnswer } from '#aws/signed-request.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { AskedSite } from './asked-site.ts';
import { FakeCloud } from './fake-cloud.ts';

let site: AskedSite;
let cloud: FakeCloud;
let interrupt: AbortController;
beforeEach(() => {
  site = new AskedSite();
  cloud = new FakeCloud();
  interrupt = new AbortController();
  cloud.onDocument = () => answer();
  cloud.attached.set('eni-0a1b2c3d4e5f60011', { instance: 'i-0a1b2c3d4e5f60011', since: 0 });
});

const HOSTS = ['--from', 'i-0a1b2c3d4e5f60041', '--to', '10.2.0.20'];
const drill = (...options: string[]) =>
  site.run(['drill', 'tokyo', '--yes', ...options], { cloud, signal: interrupt.signal });

/** A series of 20 s from 5 s before now. @param gaps first packet lost, packets, next reply, ms after now */
function answer(...gaps: readonly (readonly [number, number, number | null])[]): CommandEnd {
  const at = (ms: number | null) => (ms === null ? null : site.world.now + ms);
  const lost = gaps.reduce((sum, [, count]) => sum + count, 0);
  const series = {
    sent: 380,
    received: 380 - lost,
    from: at(-5_000),
    to: at(14_000),
    rttMs: 160,
    gaps: gaps.map(([from, count, back]) => [at(from), count, at(back)]),
    exceeded: gaps.some(([, , back]) => back === null),
    mtu: null,
    error: null,
  };
  return { kind: 'answered', output: JSON.stringify({ pings: { '10.2.0.20': series }, routes: {} }) };
}

const afterOthers = () => new Promise<void>((resolve) => setImmediate(resolve));
const owner = () => [...new Set(site.world.targets.values())];
const TOKYO_1 = ['eni-0a1b2c3d4e5f60011'];

describe('drill', () => {
  test('moves the routes and returns them, and shows both movements', async () => {
    const { exitCode, stdout, stderr } = await drill(...HOSTS);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('next: vyos-failover drill tokyo --history\n') as string,
    });
    expect(stdout).toMatchInlineSnapshot(`
      "✓ tokyo: The routes moved from tokyo-1 to tokyo-2 and returned; tokyo-2: 0 of 380 packets lost; tokyo-1: 0 of 380 packets lost.
        MOVEMENT                DETECT  DECIDE  SWAP  CONVERGE  PACKETS
        → tokyo-2 (switchover)  –       0 ms    0 ms  0 ms      0 of 380 packets lost
        → tokyo-1 (switchover)  –       0 ms    0 ms  0 ms      0 of 380 packets lost
      "
    `);
    expect(owner()).toEqual(TOKYO_1);
    expect(site.world.replaced).toHaveLength(4);
  });

  test('is in the history, with its measurements, and in the trend', async () => {
    await drill(...HOSTS, '--by', 'bob');
    expect(site.world.history.find(({ kind }) => kind === 'operator')).toMatchObject({
      reason: 'drill',
      says: expect.stringContaining('bob ran a drill: The routes moved from tokyo-1 to tokyo-2 and returned') as string,
      drill: { outcome: 'passed', from: 'tokyo-1', to: 'tokyo-2', returned: true, legs: [{}, {}] },
    });
    const { stdout } = await site.run(['drill', 'tokyo', '--history']);
    expect(stdout).toMatchInlineSnapshot(`
      "TIME                  RESULT  MOVEMENT   CAUSE       DETECT  DECIDE  SWAP  CONVERGE  LOST      OUTAGE
      2026-11-23 03:00:00Z  passed  → tokyo-2  switchover  –       0 ms    0 ms  0 ms      0 of 380  0 ms
      2026-11-23 03:00:00Z  passed  → tokyo-1  switchover  –       0 ms    0 ms  0 ms      0 of 380  0 ms
      "
    `);
    const json = JSON.parse((await site.run(['drill', 'tokyo', '--history', '--json'])).stdout) as object;
    expect(json).toMatchObject({ schema: 'vyos-failover.drills/1', drills: [{ outcome: 'passed', returned: true }] });
  });

  test('returns the routes at once if more is lost than the budget permits', async () => {
    let series = 0;
    const slept: number[] = [];
    cloud.onDocument = () => (++series === 2 ? answer([10, 30, null]) : answer());
    const { exitCode, stdout } = await site.run(['drill', 'tokyo', '--yes', ...HOSTS, '--dwell', '10m'], {
      cloud,
      sleep: (ms) => Promise.resolve(void slept.push(ms)),
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('More was lost than the budget of 1.00 s permits: tokyo-2: 30 of 380 packets lost');
    expect(owner()).toEqual(TOKYO_1);
    expect(slept).not.toContain(600_000);
  });

  test('tells the host to end the measurement at the budget', async () => {
    const asked: CommandRequest[] = [];
    cloud.onDocument = (request) => {
      asked.push(request);
      return answer();
    };
    await drill(...HOSTS, '--loss-budget', '500ms');
    expect(asked.map(({ document, instance, parameters }) => ({ document, instance, ...parameters }))).toContainEqual({
      document: 'vyos-failover-tokyo-virginia--tokyo--measure',
      instance: 'i-0a1b2c3d4e5f60041',
      Ping: '10.2.0.20',
      Mtus: 'none',
      Routes: 'none',
      Seconds: '20',
      Every: '50',
      MostLost: '10',
    });
  });

  test.each([[[]], [['--kill']]])(
    'returns the routes at once if the measuring host fails during a movement %j',
    async (kill) => {
      let series = 0;
      const slept: number[] = [];
      const failed = Promise.withResolvers<CommandEnd>();
      const fail = () => failed.resolve({ kind: 'silent', why: 'TimedOut' });
      cloud.onDocument = () => (++series === 2 ? failed.promise : answer());
      const { exitCode, stdout } = await site.run(['drill', 'tokyo', '--yes', ...HOSTS, '--dwell', '10m', ...kill], {
        cloud,
        invoke: (call) => {
          if (series === 2 && JSON.stringify(call.payload).includes('switchover')) fail();
          return site.answer(call);
        },
        sleep: (ms) => {
          slept.push(ms);
          // While the drill waits for the failover of the stopped instance.
          if (ms === 3_000) fail();
          return afterOthers();
        },
      });
      expect(exitCode).toBe(1);
      expect(stdout).toContain('could not be measured: TimedOut');
      expect(owner()).toEqual(TOKYO_1);
      expect(slept).not.toContain(600_000);
    },
  );

  test('moves nothing if the measuring host fails before the first movement', async () => {
    let series = 0;
    cloud.onDocument = () => (++series === 2 ? { kind: 'silent', why: 'TimedOut' } : answer());
    const { exitCode, stdout } = await site.run(['drill', 'tokyo', '--yes', ...HOSTS], { cloud, sleep: afterOthers });
    expect(exitCode).toBe(4);
    expect(stdout).toBe('! tokyo: The drill does not begin: its packets cannot be measured: TimedOut.\n');
    expect(site.world.replaced).toEqual([]);
  });

  test('takes a series without packets for a host that fails', async () => {
    const none = { sent: 0, received: 0, from: 0, to: 0, rttMs: null, gaps: [], exceeded: false, mtu: null };
    const silent = { ...none, error: 'ping: sendmsg: Operation not permitted' };
    let series = 0;
    cloud.onDocument = () =>
      ++series === 3
        ? { kind: 'answered', output: JSON.stringify({ pings: { '10.2.0.20': silent }, routes: {} }) }
        : answer();
    const { exitCode, stdout } = await drill(...HOSTS);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining(
        'no packet was sent to 10.2.0.20: ping: sendmsg: Operation not permitted',
      ) as string,
    });
    expect(owner()).toEqual(TOKYO_1);
  });

  test('does not begin where packets are lost already, or the host cannot be asked', async () => {
    cloud.onDocument = () => answer([-1_000, 3, -800]);
    const lossy = await drill(...HOSTS);
    expect({ exitCode: lossy.exitCode, stdout: lossy.stdout }).toEqual({
      exitCode: 4,
      stdout:
        '! tokyo: The drill does not begin: 3 of 380 packets from i-0a1b2c3d4e5f60041 to 10.2.0.20 were lost before it.\n',
    });
    cloud.onDocument = () => ({ kind: 'silent', why: 'InvalidInstanceId: no agent' });
    const silent = await drill(...HOSTS, '--json');
    expect(silent.exitCode).toBe(4);
    expect(JSON.parse(silent.stdout)).toMatchObject({
      schema: 'vyos-failover.drill/1',
      outcome: 'refused',
      says: 'The drill does not begin: the packets from i-0a1b2c3d4e5f60041 to 10.2.0.20 could not be measured: InvalidInstanceId: no agent.',
      next: 'vyos-failover explain tokyo',
    });
    expect(site.world.replaced).toEqual([]);
  });

  test('does not begin at a site that is degraded or paused', async () => {
    await site.run(['pause', 'tokyo', '--for', '1h', '--reason', 'game day', '--yes']);
    expect(await drill()).toMatchObject({
      exitCode: 4,
      stdout: '! tokyo: The drill does not begin: ann@desk paused this site until 2026-11-23 04:00:00Z (game day).\n',
    });
    await site.run(['resume', 'tokyo', '--yes']);
    site.probe({ 'tokyo-1': 1, 'tokyo-2': 0 });
    site.probe({ 'tokyo-1': 1, 'tokyo-2': 0 });
    const { exitCode, stdout } = await drill();
    expect(exitCode).toBe(4);
    expect(stdout).toContain('tokyo-2');
    expect(site.world.replaced).toEqual([]);
  });

  test('returns the routes on Ctrl-C, and ends with 130', async () => {
    const { exitCode, stderr } = await site.run(['drill', 'tokyo', '--yes', ...HOSTS], {
      cloud,
      signal: interrupt.signal,
      sleep: (ms) => Promise.resolve(ms === 10_000 ? interrupt.abort() : undefined),
    });
    expect(site.world.replaced).toHaveLength(4);
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Interrupted. The routes return first');
    expect(owner()).toEqual(TOKYO_1);
    expect(site.world.history.some(({ says }) => says.includes('tokyo-1 has the routes again'))).toBe(true);
  });

  test.each([[[]], [['--kill']]])(
    'moves nothing and stops nothing after Ctrl-C before the first movement %j',
    async (kill) => {
      let series = 0;
      cloud.onDocument = () => {
        if (++series === 2) interrupt.abort();
        return answer();
      };
      const { exitCode, stdout } = await drill(...HOSTS, ...kill);
      expect([exitCode, site.world.replaced]).toEqual([130, []]);
      expect(stdout).toContain('nothing was changed');
      expect(cloud.calls.filter((call) => call.startsWith('st'))).toEqual([]);
    },
  );

  test('does not begin if the owner changed while the operator was asked', async () => {
    cloud.onDocument = async () => {
      await site.run(['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'x', '--yes']);
      return answer();
    };
    expect(await drill(...HOSTS)).toMatchObject({
      exitCode: 4,
      stdout: '! tokyo: The drill does not begin: the owner was tokyo-1 and is now tokyo-2.\n',
    });
    expect(site.world.replaced).toHaveLength(2);
  });

  test('without hosts measures no packets, and says how', async () => {
    const { exitCode, stdout, stderr } = await drill();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('packets not measured (no measuring host)');
    expect(stderr).toContain('note: without --from and --to no packets are measured');
    expect(cloud.calls).toEqual([]);
  });

  test('changes nothing with --dry-run, and outside its window', async () => {
    expect((await drill('--dry-run')).stdout).toBe(
      '✓ tokyo: Move the routes from tokyo-1 to tokyo-2, and back after 10 s. Dry run: nothing was changed.\n',
    );
    const outside = await drill('--window', '04:00-05:00');
    expect(outside).toMatchObject({
      exitCode: 4,
      stdout: '! tokyo: The drill does not begin: it is not within 04:00-05:00 UTC.\n',
    });
    expect((await drill('--window', '23:00-03:30')).exitCode).toBe(0);
    expect(site.world.replaced).toHaveLength(4);
  });

  test.each([
    [['--from', 'i-0a1b2c3d4e5f60041'], '--from INSTANCE and --to ADDRESS belong together'],
    [['--loss-budget', '1s'], '--loss-budget needs a measurement of packets'],
    [['--from', 'tokyo-1', '--to', '10.2.0.20'], 'It must be an instance id'],
    [[...HOSTS.slice(0, 3), 'host; reboot'], 'It must be an IP address'],
    [['--window', '25:00-26:00'], 'It must be two times of day in UTC'],
    [['--dwell', '2h'], 'at most 1h'],
  ])('refuses %j', async (options, says) => {
    const { exitCode, stderr } = await drill(...options);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
    expect(site.asked).toEqual([]);
  });

  test('reports routes that do not return, and the next command', async () => {
    let now = site.world.now;
    const { exitCode, stdout, stderr } = await site.run(['drill', 'tokyo', '--yes'], {
      cloud,
      now: () => now,
      sleep: (ms) => {
        now += ms;
        // tokyo-1 loses its check while tokyo-2 has the routes.
        site.world.ec2['tokyo-1'] = { ...site.world.ec2['tokyo-1'], sourceDestCheck: true } as never;
        return Promise.resolve();
      },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('The drill failed; the routes have not returned to tokyo-1. ');
    expect(stderr).toContain('next: vyos-failover status tokyo\n');
  });
});

describe('drill --kill', () => {
  const instance = 'i-0a1b2c3d4e5f60011';
  const power = (state: 'running' | 'stopped') => {
    site.world.ec2['tokyo-1'] = { ...site.world.ec2['tokyo-1'], instance: state } as never;
  };
  /** EC2, with a site that fails over when the instance stops, or does not. */
  function ec2(options: { failsOver: boolean }) {
    const { failsOver } = options;
    cloud.stopInstance = async (_, id) => {
      cloud.calls.push(`stop ${id}`);
      cloud.power.set(id, 'stopped');
      power('stopped');
      if (failsOver)
        await swapRoutes({ kind: 'probe', id: 'round-1', rounds: undefined }, site.world.tools({ run: 'x' }));
    };
    cloud.startInstance = (_, id) => {
      cloud.calls.push(`start ${id}`);
      cloud.power.set(id, 'running');
      power('running');
      // Only a reading after the failover proves the router fit.
      site.world.now += 60_000;
      site.probe({ 'tokyo-1': 1, 'tokyo-2': 1 });
      return Promise.resolve();
    };
  }
  /** A clock that sleeping moves. */
  function run(...options: string[]) {
    let now = site.world.now;
    return site.run(['drill', 'tokyo', '--yes', '--kill', ...options], {
      cloud,
      now: () => now,
      sleep: (ms) => Promise.resolve(void (now += ms)),
    });
  }

  test('stops the owner, waits for the failover, starts the instance, and returns the routes', async () => {
    ec2({ failsOver: true });
    let series = 0;
    cloud.onDocument = () => (++series === 2 ? answer([-400, 20, 600]) : answer());
    const { exitCode, stdout } = await run(...HOSTS);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /→ tokyo-2 \(instance stopped\) +400 ms +0 ms +0 ms +600 ms +20 of 380 packets lost, 1\.00 s/,
    );
    expect(cloud.calls.filter((call) => call.startsWith('st'))).toEqual([`stop ${instance}`, `start ${instance}`]);
    expect(owner()).toEqual(TOKYO_1);
  });

  test('orders a switchover if the site does not fail over, and fails', async () => {
    ec2({ failsOver: false });
    const { exitCode, stdout, stderr } = await run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the site has not failed over; ordering a switchover to tokyo-2');
    expect(stdout).toContain('The site did not fail over by itself.');
    expect(cloud.calls.at(-1)).toBe(`start ${instance}`);
    expect(owner()).toEqual(TOKYO_1);
  });

  test('starts the instance again although calls to EC2 fail, and returns the routes', async () => {
    ec2({ failsOver: true });
    const start = cloud.startInstance.bind(cloud);
    let starts = 0;
    cloud.startInstance = (...call) =>
      ++starts < 3 ? Promise.reject(new Error('InsufficientInstanceCapacity: none')) : start(...call);
    let reads = 0;
    cloud.instanceState = (_, id) =>
      cloud.power.get(id) === 'stopped' && ++reads === 1
        ? Promise.reject(new Error('RequestLimitExceeded'))
        : Promise.resolve(cloud.power.get(id));
    const { exitCode, stderr } = await run();
    expect({ exitCode, owner: owner() }).toEqual({ exitCode: 0, owner: TOKYO_1 });
    expect(stderr).toContain('is not started yet: RequestLimitExceeded');
  });

  test('names the command that starts the instance if EC2 does not, and records the drill', async () => {
    ec2({ failsOver: true });
    cloud.startInstance = () => Promise.reject(new Error('InsufficientInstanceCapacity: none'));
    const { exitCode, stdout } = await run();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      `Instance ${instance} is not started again: InsufficientInstanceCapacity: none. To start it: aws ec2 start-instances --region ap-northeast-1 --instance-ids ${instance}`,
    );
    expect(site.world.history.some(({ kind }) => kind === 'operator')).toBe(true);
  });

  /** Through the site's API, which permits GET. @param order what a POST is answered */
  function throughApi(order: (path: string) => ApiAnswer, ...options: string[]) {
    ec2({ failsOver: true });
    let now = site.world.now;
    return site.run(['drill', 'tokyo', '--yes', ...options], {
      cloud,
      now: () => now,
      sleep: (ms) => Promise.resolve(void (now += ms)),
      apiUrl: () => Promise.resolve('https://api'),
      callApi: async (request) => {
        const { pathname } = new URL(request.url);
        return request.method === 'POST' ? order(pathname) : site.http(request);
      },
    });
  }
  const FORBIDDEN: ApiAnswer = { status: 403, body: { message: 'Forbidden' } };

  test.each([['--kill'], ['--kill', '--dry-run'], ['--dwell', '0s']])(
    'changes nothing if the caller may not order a switchover: %s %s',
    async (...options) => {
      const { exitCode, stderr } = await throughApi(() => FORBIDDEN, ...options);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /tokyo: the drill does not begin, because it cannot order the return of the routes: your credentials do not permit a call to the API of tokyo: HTTP 403 Forbidden\n {4}hint: attach the policy OperatorPolicyArn /,
      );
      expect([cloud.calls, site.world.replaced]).toEqual([[], []]);
    },
  );

  test('changes nothing for the role of a router, which route-swap itself refuses', async () => {
    const refused = { outcome: 'refused', reason: 'not-an-operator', says: 'Routers are no operators.' };
    const { exitCode, stderr } = await throughApi(() => ({ status: 403, body: refused }), '--kill');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Routers are no operators.')]);
    expect(cloud.calls).toEqual([]);
  });

  test('changes nothing if it is not known whether the caller may order a switchover', async () => {
    const { exitCode, stderr } = await throughApi(
      () => ({ status: 429, body: { message: 'Too Many Requests' } }),
      '--kill',
    );
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('the API of tokyo is throttled')]);
    expect(cloud.calls).toEqual([]);
  });

  test('begins at functions of an earlier version, which reject the question and so prove the permission', async () => {
    const rejected = { outcome: 'refused', reason: 'malformed-request', says: 'Unrecognized key: "planOnly"' };
    const { stdout } = await throughApi(() => ({ status: 400, body: rejected }), '--kill', '--dry-run');
    expect(stdout).toContain('Dry run: nothing was changed.');
  });

  test('of a caller who may invoke only the alias for viewers changes nothing', async () => {
    ec2({ failsOver: true });
    const { exitCode, stderr } = await site.run(['drill', 'tokyo', '--yes', '--kill'], {
      cloud,
      invoke: ({ functionName, ...call }) => {
        if (!functionName.endsWith(':view'))
          throw Object.assign(new Error('no lambda:InvokeFunction'), { name: 'AccessDeniedException' });
        return site.answer({ ...call, functionName: functionName.replace(':view', '') });
      },
    });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('it cannot order the return of the routes')]);
    expect(cloud.calls).toEqual([]);
  });

  const UNAUTHORIZED = Object.assign(new Error('You are not authorized to perform this operation.'), {
    name: 'UnauthorizedOperation',
  });

  test.each([
    ['start', []],
    ['start', ['--dry-run']],
    ['read the state of', []],
  ])('stops nothing if the caller may not %s the instance: %j', async (what, options) => {
    ec2({ failsOver: true });
    const denied = () => Promise.reject(UNAUTHORIZED);
    if (what === 'start') cloud.rehearseStart = denied;
    else cloud.instanceState = denied;
    const { exitCode, stderr } = await run(...options);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `tokyo: the drill does not begin, because it cannot prove that it may start instance ${instance} again: the call to EC2 in ap-northeast-1 failed: UnauthorizedOperation`,
    );
    expect(stderr).toContain('hint: grant ec2:StopInstances, ec2:StartInstances and ec2:DescribeInstances');
    expect([cloud.calls, site.world.replaced]).toEqual([[], []]);
  });

  test('without --kill needs no permission to start instances', async () => {
    cloud.rehearseStart = () => Promise.reject(UNAUTHORIZED);
    expect((await drill()).exitCode).toBe(0);
  });

  test('asks first, and names the instance', async () => {
    const { exitCode, stdout } = await site.run(['drill', 'tokyo', '--kill', '--dry-run'], { cloud });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Stop instance ${instance} of tokyo-1, which has the routes, and start it again`);
    expect(cloud.calls).toEqual([]);
  });
});
