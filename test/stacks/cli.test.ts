import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eniOf } from '#demo/account-of-topology.ts';
import { PLANTED } from './planted-faults.ts';
import { runCommandLine, runProgram } from './program.ts';
import { assembly, SiteUnderTest, tokyo } from './site-under-test.ts';

const { active, standby } = tokyo.routers;

let built: Awaited<ReturnType<typeof assembly>>;
let site: SiteUnderTest;
beforeAll(async () => {
  built = await assembly();
  site = await SiteUnderTest.start(built.directory);
});
afterAll(async () => {
  await site.close();
  built.remove();
});

const vyosFailover = (line: readonly string[], change: Readonly<Record<string, string | undefined>> = {}) =>
  runCommandLine(site.emulator, line, change);

async function json(line: readonly string[]): Promise<unknown> {
  const { code, stdout } = await vyosFailover([...line, '--json']);
  return { code, ...(JSON.parse(stdout) as object) };
}

interface DoctorSite {
  readonly findings: readonly { readonly id: string; readonly where: string }[];
  readonly unchecked: readonly { readonly id: string }[];
}

/** One sequence: each command continues from the state that the previous one left. */
describe('an operator’s day, through the deployed stack', () => {
  const switchover = ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'kernel update', '--by', 'ann'];
  const atActive = [eniOf(active), eniOf(active)];
  const atStandby = [eniOf(standby), eniOf(standby)];

  // The probe's reading is evidence for 90 s, which a slow machine needs for the whole sequence.
  let probedAt = 0;
  beforeEach(async () => {
    if (Date.now() - probedAt < 45_000) return;
    probedAt = Date.now();
    await site.contact();
    await site.emulator.tickSchedules(tokyo.region);
  });

  it('status: all is well', async () => {
    const { code, stdout } = await runProgram(site.emulator, ['status', 'tokyo']);
    expect(stdout).toMatch(/^✓ tokyo {2}OK {2}ap-northeast-1 {2}owner: tokyo-1 \(preferred\) {2}mode: automatic/);
    expect(code).toBe(0);
  });

  it('doctor: asks the routers through the stack, and names what these simulated ones do not have', async () => {
    const began = Date.now();
    const { code, sites } = (await json(['doctor', 'tokyo'])) as { code: number; sites: DoctorSite[] };
    const found = sites[0]?.findings.map(({ id, where }) => `${id} ${where}`) ?? [];
    expect(code).toBe(3);
    // The keys were not created, and there is neither a bundle nor a metadata service on these routers.
    expect(found.filter((each) => !each.startsWith('key-')).toSorted()).toEqual([
      'reporter-missing tokyo-1',
      'reporter-missing tokyo-2',
      'subscription-missing tokyo',
    ]);
    expect(sites[0]?.unchecked.map(({ id }) => id)).toEqual(['config-drift']);
    expect(Date.now() - began).toBeLessThan(60_000);
  });

  it('plan: two calls, and EC2 would do them', async () => {
    const calls = [{ from: 'tokyo-1', to: 'tokyo-2' }, {}];
    expect(await json(['plan', 'tokyo'])).toMatchObject({ code: 0, calls, ready: true, rehearsed: 2, problems: [] });
    expect(site.targets()).toEqual(atActive);
  });

  it('switchover without --yes and without a terminal: ends with 2, and nothing moves', async () => {
    const { code, stderr } = await vyosFailover(switchover);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--yes') as string });
    expect(site.targets()).toEqual(atActive);
  });

  it('switchover: the routes are at the standby', async () => {
    const { code, stdout, stderr } = await vyosFailover([...switchover, '--yes']);
    expect(stdout).toMatch(
      /✓ tokyo: user\/operator \("ann"\) asks for a switchover .*\n {2}2 routes moved in \d+ ms \(swap 1\)/,
    );
    expect(stderr).toContain('next: vyos-failover history tokyo');
    expect(code).toBe(0);
    expect(site.targets()).toEqual(atStandby);
  });

  it('history: it is there, with the verified caller and why', async () => {
    const entries = [{ detector: 'operator', outcome: 'swapped', owner: 'tokyo-2', moved: 2 }];
    expect(await json(['history', 'tokyo'])).toMatchObject({ code: 0, entries });
    expect((await vyosFailover(['history', 'tokyo'])).stdout).toContain(
      'user/operator ("ann") asks for a switchover to tokyo-2 (kernel update)',
    );
  });

  it('failback: the routes are back', async () => {
    const { code } = await vyosFailover(['failback', 'tokyo', '--reason', 'kernel updated', '--yes']);
    expect([code, ...site.targets()]).toEqual([0, ...atActive]);
  });

  it('pause: a switchover is refused with 4, and explain says until when', async () => {
    const paused = await vyosFailover([
      'pause',
      'tokyo',
      '--for',
      '30m',
      '--reason',
      'game day',
      '--by',
      'ann',
      '--yes',
    ]);
    expect(paused).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('user/operator ("ann") paused tokyo until') as string,
    });
    const refused = await vyosFailover([...switchover, '--yes']);
    expect(refused).toMatchObject({ code: 4, stdout: expect.stringContaining('override "paused"') as string });
    expect(site.targets()).toEqual(atActive);
    const explained = await vyosFailover(['explain', 'tokyo']);
    expect(explained.code).toBe(3);
    expect(explained.stdout).toMatch(/What would change it\n(.*\n)* {2}the pause ends at /);
    expect(explained.stdout).toMatch(
      /tokyo-2 reports that tokyo-1 failed.*\n {4}→ note .*would move to tokyo-2, but user\/operator \("ann"\) paused/,
    );
  });

  it('--override paused: the routes move, and the pause goes on', async () => {
    expect((await vyosFailover([...switchover, '--yes', '--override', 'paused'])).code).toBe(0);
    expect(site.targets()).toEqual(atStandby);
    expect(await json(['status', 'tokyo'])).toMatchObject({
      code: 3,
      sites: [{ owner: 'tokyo-2', pause: { by: 'user/operator ("ann")' } }],
    });
  });

  it('resume, and maintenance of the router that is free: the site is degraded, and says so', async () => {
    expect((await vyosFailover(['resume', 'tokyo', '--yes'])).code).toBe(0);
    expect((await vyosFailover(['maintenance', 'on', 'tokyo', 'tokyo-1', '--reason', 'new image', '--yes'])).code).toBe(
      0,
    );
    const { code, stdout } = await vyosFailover(['status', 'tokyo']);
    expect({ code, stdout }).toEqual({
      code: 3,
      stdout: expect.stringMatching(/StandbyUnfit: .*maintenance/) as string,
    });
    expect((await vyosFailover(['failback', 'tokyo', '--reason', 'too early', '--yes'])).code).toBe(4);
    expect((await vyosFailover(['maintenance', 'off', 'tokyo', 'tokyo-1', '--reason', 'it is up', '--yes'])).code).toBe(
      0,
    );
  });
});

describe('where it cannot work, it ends with 1 and says what to do', () => {
  it('a secret key that is wrong', async () => {
    const { code, stdout, stderr } = await vyosFailover(['status', 'tokyo'], { AWS_SECRET_ACCESS_KEY: 'wrong' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^tokyo: no valid AWS credentials: .*\n {4}hint: log in/);
  });

  it('no credentials', async () => {
    const change = { AWS_ACCESS_KEY_ID: undefined, HOME: built.directory };
    const { code, stderr } = await vyosFailover(['explain', 'tokyo'], change);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('hint: log in') as string });
  });

  it('an endpoint that does not answer', async () => {
    const { code, stderr } = await vyosFailover(['plan', 'tokyo'], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/cannot be reached.*\n.*AWS_ENDPOINT_URL/) as string,
    });
  });

  it('credentials that may do nothing with the function', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = site.emulator.credentials.forRole(
      'arn:aws:iam::123456789012:role/tokyo-router',
      active.instance ?? '',
    );
    const router = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    const { code, stderr } = await vyosFailover(['status', 'tokyo'], router);
    expect(code).toBe(1);
    expect(stderr).toMatch(/do not permit a call to the SSM parameter .*\n {4}hint: attach the policy ViewerPolicyArn/);
  });

  it('a function that fails: its own words', async () => {
    site.emulator.faults.add({ service: 'ec2', action: 'DescribeRouteTables', kind: 'error', code: 'InternalError' });
    const { code, stderr } = await vyosFailover(['status', 'tokyo']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/tokyo: The request failed: .*\n {4}hint: check the site/);
    site.emulator.faults.clear();
  });
});

// Last: the sites stay broken.
describe('doctor, with every fault of PLANTED at once', () => {
  it('names each, and docs/doctor.md lists them', async () => {
    site.emulator.faults.clear();
    await site.reset();
    for (const { plant } of PLANTED) await plant?.(site);
    await site.emulator.tickSchedules();
    const { code, sites } = (await json(['doctor'])) as { code: number; sites: DoctorSite[] };
    const found = sites.flatMap(({ findings }) => findings.map(({ id, where }) => `${id} ${where}`));
    expect(found).toEqual(expect.arrayContaining(PLANTED.map(({ id, where }) => `${id} ${where}`)));
    expect(code).toBe(3);
    const listed = /Planted in the emulated AWS[^:]*: ([^.]*)\./.exec(readFileSync('docs/doctor.md', 'utf8'))?.[1];
    expect(listed?.match(/[a-z0-9-]+/g)?.toSorted()).toEqual(PLANTED.map(({ id }) => id).toSorted());
  });
});
