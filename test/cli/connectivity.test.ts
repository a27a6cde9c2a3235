import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandRequest } from '#aws/run-command.ts';
import { AskedSite } from './asked-site.ts';
import { FakeCloud } from './fake-cloud.ts';

const TOKYO_1 = 'i-0a1b2c3d4e5f60011';
const TOKYO_2 = 'i-0a1b2c3d4e5f60012';

const ALL_REPLIES = {
  sent: 20,
  received: 20,
  from: 0,
  to: 2_000,
  rttMs: 158.2,
  gaps: [],
  exceeded: false,
  error: null,
};

let site: AskedSite;
let cloud: FakeCloud;
let asked: CommandRequest[];
/** By instance, then by address: what differs from 20 replies and the configured MTU. */
let pings: Record<string, Record<string, object>>;
let routes: Record<string, { interface: string | null; via: string | null }>;

beforeEach(() => {
  site = new AskedSite();
  cloud = new FakeCloud();
  asked = [];
  pings = {};
  routes = {
    [TOKYO_1]: { interface: 'tun0', via: '169.254.10.2' },
    // The pair's own tunnel: the standby reaches other sites over the active router.
    [TOKYO_2]: { interface: 'tun1000', via: '169.254.254.1' },
  };
  cloud.attached.set('eni-0a1b2c3d4e5f60011', { instance: TOKYO_1, since: 0 });
  cloud.attached.set('eni-0a1b2c3d4e5f60012', { instance: TOKYO_2, since: 0 });
  cloud.onDocument = (request) => {
    asked.push(request);
    const { Ping = '', Mtus = '', Routes = '' } = request.parameters ?? {};
    const series = Ping.split(' ').map((address, index) => [
      address,
      {
        ...ALL_REPLIES,
        mtu: Number(Mtus.split(' ')[index]),
        ...pings[request.instance]?.[address],
      },
    ]);
    const lookups = Routes.split(' ').map((address) => [address, routes[request.instance]]);
    const output = JSON.stringify({
      pings: Object.fromEntries(series) as object,
      routes: Routes === 'none' ? {} : (Object.fromEntries(lookups) as object),
    });
    return { kind: 'answered', output };
  };
});

const connectivity = (...options: string[]) => site.run(['connectivity', 'tokyo', ...options], { cloud });

describe('connectivity', () => {
  test('shows what was not measured as unknown, neither as lost nor as a missing route', async () => {
    pings[TOKYO_1] = { '169.254.254.2': { sent: 0, received: 0, rttMs: null, mtu: null, error: 'fork failed' } };
    routes = {};
    const { exitCode, stdout } = await connectivity();
    expect(exitCode).toBe(3);
    expect(stdout).toContain('! no packet could be sent from tokyo-1 to tokyo-2 over tun1000: fork failed');
    expect(stdout).toContain('! the route of tokyo-1 to 10.2.0.0/20 (virginia) could not be looked up');
    expect(stdout).not.toMatch(/no reply|no route/);
  });

  test('shows every path of both routers, and ends with 0', async () => {
    const { exitCode, stdout } = await connectivity();
    expect(stdout).toMatchInlineSnapshot(`
      "✓ tokyo: every path carries packets

      FROM             TO          INTERFACE  LOST     RTT       MTU
      tokyo-1 (owner)  virginia-1  tun0       0 of 20  158.2 ms  1414
      tokyo-1 (owner)  tokyo-2     tun1000    0 of 20  158.2 ms  1476
      tokyo-2          virginia-2  tun0       0 of 20  158.2 ms  1414
      tokyo-2          tokyo-1     tun1000    0 of 20  158.2 ms  1476

      ROUTER           TO NETWORK   OF        PATH
      tokyo-1 (owner)  10.2.0.0/20  virginia  direct, to virginia-1 over tun0
      tokyo-2          10.2.0.0/20  virginia  detour over tokyo-1
      "
    `);
    expect(exitCode).toBe(0);
  });

  test('asks each router with addresses of the topology, and nothing else', async () => {
    await connectivity();
    expect(asked.map(({ document, instance }) => [document, instance])).toEqual([
      ['vyos-failover-tokyo-virginia--tokyo--measure', TOKYO_1],
      ['vyos-failover-tokyo-virginia--tokyo--measure', TOKYO_2],
    ]);
    expect(asked[0]?.parameters).toEqual({
      Ping: '169.254.10.2 169.254.254.2',
      Mtus: '1414 1476',
      Routes: '10.2.0.1',
      Seconds: '3',
      Every: '100',
      MostLost: '99999',
    });
  });

  test.each([
    ['no reply', { received: 0, mtu: null }, 'no reply from tokyo-1 to virginia-1 over tun0'],
    ['lost packets', { received: 17 }, '3 of 20 packets from tokyo-1 to virginia-1 over tun0 were lost'],
    [
      'a smaller MTU',
      { mtu: 1380 },
      'only 1380 bytes pass from tokyo-1 to virginia-1 over tun0, and 1414 are configured',
    ],
    ['no MTU at all', { mtu: null }, 'no packet without fragments passes from tokyo-1 to virginia-1 over tun0'],
  ])('names a path with %s, and ends with 3', async (_, found, says) => {
    pings = { [TOKYO_1]: { '169.254.10.2': found } };
    const { exitCode, stdout } = await connectivity();
    expect(stdout).toContain(`! ${says}\n`);
    expect(exitCode).toBe(3);
  });

  test.each([
    [
      'the detour',
      { interface: 'tun1000', via: '169.254.254.2' },
      'tokyo-1 reaches 10.2.0.0/20 (virginia) only by the detour over tokyo-2',
    ],
    ['no route', { interface: null, via: null }, 'tokyo-1 has no route to 10.2.0.0/20 (virginia)'],
    [
      'the internet',
      { interface: 'eth0', via: '10.1.100.1' },
      'tokyo-1 sends packets to 10.2.0.0/20 (virginia) over eth0',
    ],
  ])('names an owner that uses %s', async (_, route, says) => {
    routes = { ...routes, [TOKYO_1]: route };
    const { exitCode, stdout } = await connectivity();
    expect(stdout).toContain(`! ${says}`);
    expect(exitCode).toBe(3);
  });

  test('asks no router whose instance is stopped', async () => {
    site.world.ec2['tokyo-2'] = { ...site.world.ec2['tokyo-2'], instance: 'stopped' } as never;
    const asked: string[] = [];
    const answer = cloud.onDocument;
    cloud.onDocument = (request) => {
      asked.push(request.instance);
      return answer(request);
    };
    expect((await connectivity()).stdout).toContain('! tokyo-2 could not be measured: its instance is stopped');
    expect(asked).not.toContain(TOKYO_2);
  });

  test('needs attention where the owner is unknown, and with it whether the owner has a direct path', async () => {
    const invoke = () => Promise.reject(Object.assign(new Error('down'), { name: 'ServiceException' }));
    const env = { VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' };
    const { exitCode, stdout, stderr } = await site.run(['connectivity', 'tokyo'], { cloud, env, invoke });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('! no router is known as the owner');
    expect(stderr).toContain('note: it is unknown which router has the routes: ');
  });

  test('notes in an emulated AWS that its routers send no packets, unless some were answered', async () => {
    const env = { VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
    const emulated = () => site.run(['connectivity', 'tokyo'], { cloud, env });
    expect((await emulated()).stderr).not.toContain('send no packets');
    cloud.onDocument = () => ({ kind: 'silent', why: 'no answer' });
    expect((await emulated()).stderr).toContain('The routers of emulate and demo send no packets over tunnels');
  });

  test('measures the other router if one does not answer', async () => {
    cloud.attached.delete('eni-0a1b2c3d4e5f60012');
    const answer = cloud.onDocument;
    cloud.onDocument = (request) =>
      request.instance === TOKYO_2 ? { kind: 'silent', why: 'no answer within 33 s' } : answer(request);
    const { exitCode, stdout } = await connectivity('--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'vyos-failover.connectivity/1',
      attention: ['tokyo-2 could not be measured: no answer within 33 s'],
      routers: [
        { router: 'tokyo-1', owner: true, paths: [{ to: 'virginia-1', mtu: 1414 }, { to: 'tokyo-2' }] },
        { router: 'tokyo-2', paths: [] },
      ],
      host: null,
    });
  });

  test('sends packets from host to host', async () => {
    pings = { 'i-0a1b2c3d4e5f60041': { '10.2.0.20': { mtu: 1414 } } };
    const { exitCode, stdout } = await connectivity('--from', 'i-0a1b2c3d4e5f60041', '--to', '10.2.0.20');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/i-0a1b2c3d4e5f60041 +10\.2\.0\.20 +– +0 of 20 +158\.2 ms +1414/);
  });
});
