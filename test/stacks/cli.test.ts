import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLANTED } from './planted-faults.ts';
import { runCommandLine, runProgram } from './program.ts';
import { assembly, SiteUnderTest, tokyo } from './site-under-test.ts';

const { active } = tokyo.routers;

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
}

/** docs/tour.md has what commands print through the same stacks, in this process. */
it('vyos-failover status, as a process: all is well, and it ends with 0', async () => {
  await site.contact();
  await site.emulator.tickSchedules(tokyo.region);
  const { code, stdout } = await runProgram(site.emulator, ['status', 'tokyo']);
  expect(stdout).toMatch(/^✓ tokyo {2}OK {2}ap-northeast-1 {2}owner: tokyo-1 \(preferred\) {2}mode: automatic/);
  expect(code).toBe(0);
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
    expect(stderr).toMatch(/tokyo: The request failed: .*\n {4}hint: the log groups of its functions say more/);
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
