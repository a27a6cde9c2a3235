import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eniOf, instanceOf } from '#demo/account-of-topology.ts';
import type { Account } from '#emulator/account.ts';
import { assembly, report, SiteUnderTest, tokyo, topology } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof assembly>>;
let site: SiteUnderTest;
const virginia = topology.sites.find(({ name }) => name === 'virginia') ?? tokyo;
const neighbor = virginia.routers.active;

beforeAll(async () => {
  built = await assembly();
  site = await SiteUnderTest.start(built.directory, { account: withStranger });
});
afterAll(async () => {
  await site.close();
  built.remove();
});
beforeEach(() => site.reset());

/** Virginia's standby under a role without the router policy. */
function withStranger(account: Account): Account {
  const there = account.regions[virginia.region];
  if (there === undefined) throw new Error(`The account has nothing in ${virginia.region}.`);
  const instances = there.instances.map((each) =>
    each.id === instanceOf(virginia.routers.standby)
      ? { ...each, role: { name: 'stranger', managedPolicies: [] } }
      : each,
  );
  return { ...account, regions: { ...account.regions, [virginia.region]: { ...there, instances } } };
}

describe("a router of another site, at this site's API", () => {
  const lostSight = (by = neighbor) =>
    report({ detector: 'bfd', event: 'peer-failed', reporter: by.name, subject: 'tokyo-1' });

  it('is noted as a witness, and moves nothing', async () => {
    expect(await site.post(lostSight(), { by: neighbor })).toMatchObject({
      status: 200,
      body: { outcome: 'noted', reason: 'heard', says: 'virginia-1 lost sight of tokyo-1: noted as a witness.' },
    });
    const owner = eniOf(tokyo.routers.active);
    expect(site.targets()).toEqual([owner, owner]);
  });

  it('may not report as its own partner', async () => {
    const answer = await site.post(lostSight(virginia.routers.standby), { by: neighbor });
    expect([answer.status, answer.body.reason]).toEqual([403, 'not-the-reporter']);
  });

  it("may not ask for another site's events, which IAM knows nothing of", async () => {
    expect((await site.post(lostSight(), { by: neighbor, site: 'osaka' })).status).toBe(403);
  });

  it('is refused without the router policy, whatever it signs', async () => {
    const by = virginia.routers.standby;
    const answer = await site.post(lostSight(by), { by, role: 'stranger' });
    expect(answer).toEqual({ status: 403, body: { message: 'Forbidden' } });
  });
});
