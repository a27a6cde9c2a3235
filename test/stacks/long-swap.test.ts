import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eniOf } from '#demo/account-of-topology.ts';
import { awsLimits } from '#emulator/ec2/throttle.ts';
import { runCommandLine } from './program.ts';
import { assembly, changed, names, report, SiteUnderTest, tokyo } from './site-under-test.ts';

/** As with hundreds of routes and the API's 30 s: EC2 lets the second of two routes through after the API has given up. */
const API_LIMIT_MS = 1_500;
const THROTTLE = { ...awsLimits, mutating: { size: 1, refill: 1 / 3 } };

let built: Awaited<ReturnType<typeof assembly>>;
let impatient: ReturnType<typeof changed>;
let site: SiteUnderTest;

beforeAll(async () => {
  built = await assembly();
  impatient = changed(built.directory, ({ Resources }) => {
    for (const [id, { Type, Properties }] of Object.entries(Resources))
      if (Type === 'AWS::ApiGatewayV2::Integration' && !id.startsWith('OperatorApiGET'))
        Properties.TimeoutInMillis = API_LIMIT_MS;
  });
  site = await SiteUnderTest.start(impatient.directory, { ec2: { throttle: THROTTLE } });
  // Two environments of the function: the API here has no patience for a cold start.
  await Promise.all([1, 2].map(() => site.emulator.invoke(names.routeSwap, { action: 'status' })));
});
afterAll(async () => {
  await site.close();
  impatient.remove();
  built.remove();
});

describe('a swap that outlasts the API', () => {
  const id = 'long-swap';
  const atStandby = [eniOf(tokyo.routers.standby), eniOf(tokyo.routers.standby)];

  it('leaves the router with a 503, and goes on', async () => {
    expect(await site.post(report({ id }))).toEqual({ status: 503, body: { message: 'Service Unavailable' } });
    expect(site.targets()).not.toEqual(atStandby);
  });

  it('answers a retry of the router that a swap is under way, and begins no second one', async () => {
    expect(await site.post(report({ id }))).toMatchObject({ status: 409, body: { reason: 'lease-held' } });
    expect(site.targets()).not.toEqual(atStandby);
  });

  it('moves every route, and then repeats the answer to the router', async () => {
    await expect.poll(() => site.targets(), { timeout: 10_000 }).toEqual(atStandby);
    const last = async () => {
      const { reason, says } = (await site.post(report({ id }))).body;
      return `${String(reason)}: ${String(says)}`;
    };
    await expect.poll(last).toMatch(/^replayed: .* was answered "swapped"/);
    expect(await site.post(report())).toMatchObject({ status: 200, body: { outcome: 'already' } });
  });

  it('was one swap, by one run, which EC2 refused in between', () => {
    const replaced = site.emulator.happenings.filter((each) => each.kind === 'call' && each.action === 'ReplaceRoute');
    expect(replaced.filter((each) => 'error' in each).length).toBeGreaterThan(0);
    expect(replaced.filter((each) => !('error' in each))).toHaveLength(2);
    expect(site.logged().filter((line) => line.includes('swapped:'))).toHaveLength(1);
  });

  it('of an operator gives the command its result all the same, by the id of the move', async () => {
    const line = ['failback', 'tokyo', '--reason', 'repaired', '--yes', '--json'];
    const { code, stdout, stderr } = await runCommandLine(site.emulator, line);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'swapped', owner: 'tokyo-1', moved: [{}, {}], remaining: [] });
    expect([code, stderr]).toEqual([0, expect.stringContaining('Waiting for its result')]);
    expect(site.targets()).toEqual([eniOf(tokyo.routers.active), eniOf(tokyo.routers.active)]);
  });
});
