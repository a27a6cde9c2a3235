import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eniOf, instanceOf } from '#demo/account-of-topology.ts';
import { answerOf, assembly, names, report, SiteUnderTest, tokyo } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof assembly>>;
let withMessages: Awaited<ReturnType<typeof assembly>>;
let site: SiteUnderTest;
const { active, standby } = tokyo.routers;
const atActive = [eniOf(active), eniOf(active)];
const atStandby = [eniOf(standby), eniOf(standby)];

beforeAll(async () => {
  built = await assembly();
  withMessages = await assembly(undefined, { messages: true });
});
afterAll(() => {
  built.remove();
  withMessages.remove();
});

describe('the synthesized stack, run', () => {
  beforeAll(async () => {
    site = await SiteUnderTest.start(withMessages.directory);
  });
  afterAll(() => site.close());
  beforeEach(() => site.reset());

  it("moves the routes on the peer's report, announces it, raises the alarm and notifies the topic", async () => {
    const { status, body } = await site.post(report());
    expect([status, body.outcome, body.owner]).toEqual([200, 'swapped', 'tokyo-2']);
    expect(site.targets()).toEqual(atStandby);
    const happened = () => site.emulator.happenings;
    const told = () => site.emulator.notifications.map(({ message }) => message).join('\n');
    await expect.poll(told, { timeout: 30_000 }).toContain('tokyo-2 reports that tokyo-1 failed (serf)');
    await expect
      .poll(happened)
      .toContainEqual(
        expect.objectContaining({ kind: 'alarm', name: `${names.stack}--failover-happened`, state: 'ALARM' }),
      );
    expect(happened()).toContainEqual(
      expect.objectContaining({ kind: 'event', source: 'vyos-failover', detailType: 'Failover Completed' }),
    );
  });

  it('notifies at once of what EC2 and AWS Health announce for the instance of a router', async () => {
    const { lifecycle } = site.emulator.ec2;
    const event = { id: 'e-1', code: 'instance-retirement', description: 'Degraded hardware' } as const;
    lifecycle.recommendRebalance(tokyo.region, instanceOf(active));
    lifecycle.schedule(tokyo.region, instanceOf(standby), { ...event, notBefore: Date.now() + 86_400_000 });
    const told = () => site.emulator.notifications.map(({ message }) => message).join('\n');
    await expect
      .poll(told, { timeout: 30_000 })
      .toMatch(/rebalance-recommendation .* To move them away: vyos-failover switchover tokyo --to tokyo-2/);
    await expect
      .poll(told, { timeout: 30_000 })
      .toMatch(/instance-retirement for the instance of tokyo-2 .*Degraded hardware/);
    expect(site.targets()).toEqual(atActive);
  });
});

describe('the synthesized stack, run without messages', () => {
  beforeAll(async () => {
    site = await SiteUnderTest.start(built.directory);
  });
  afterAll(() => site.close());
  beforeEach(() => site.reset());

  describe('bad input over the wire: a 4xx with a sentence, and nothing moves', () => {
    it.each<[string, unknown, Parameters<SiteUnderTest['post']>[1], number, string]>([
      ['malformed JSON', '{', {}, 400, 'malformed-json'],
      ['a report about oneself', report({ subject: 'tokyo-2' }), {}, 400, 'about-oneself'],
      ['a caller who is not the reporter', report(), { by: active }, 403, 'not-the-reporter'],
      ['a body over 64 KiB', report({ evidence: { serf: 'x'.repeat(70_000) } }), {}, 413, 'body-too-large'],
    ])('%s', async (_, body, options, status, reason) => {
      const answer = await site.post(body, options);
      expect([answer.status, answer.body.reason]).toEqual([status, reason]);
      expect(answer.body.says).toMatch(/\w.*\.$/);
      expect(site.targets()).toEqual(atActive);
      expect(site.logged().some((line) => line.includes(reason) && line.includes('assumed-role/tokyo-router'))).toBe(
        true,
      );
    });

    it('an unknown site, which IAM does not even let the router ask for', async () => {
      expect((await site.post(report(), { site: 'osaka' })).status).toBe(403);
    });

    it('an unsigned call', async () => {
      const answer = await answerOf(await fetch(site.url(), { method: 'POST', body: JSON.stringify(report()) }));
      expect(answer).toEqual({ status: 403, body: { message: 'Forbidden' } });
    });

    it('a body changed after it was signed', async () => {
      const signed = await site.signedBy(standby).sign(site.url(), { method: 'POST', body: JSON.stringify(report()) });
      const tampered = JSON.stringify(report({ subject: 'tokyo-2', reporter: 'tokyo-1' }));
      expect(await rawPost(signed.url, Object.fromEntries(signed.headers), tampered)).toBe(403);
      expect(site.targets()).toEqual(atActive);
    });

    it('a replayed id', async () => {
      const once = report();
      await site.post(once);
      expect(await site.post(once)).toMatchObject({ status: 409, body: { outcome: 'refused', reason: 'replayed' } });
    });
  });

  describe('beside the swap', () => {
    const ask = async (request: object) => (await site.emulator.invoke(names.routeSwap, request)).payload;

    it('rehearses every minute, and says so when the site could not fail over', async () => {
      await site.contact();
      await site.emulator.tickSchedules(tokyo.region);
      expect(await ask({ action: 'rehearse' })).toEqual({ ready: true, problems: [], rehearsed: 2, refused: [] });
      site.showBgp(standby, 'Idle');
      for (const _ of [1, 2, 3]) await site.emulator.tickSchedules(tokyo.region);
      const degraded = expect.objectContaining({ kind: 'event', detailType: 'Site Degraded' }) as unknown;
      expect(site.happenings()).toContainEqual(degraded);
      expect(site.targets()).toEqual(atActive);
    });

    it('moves nothing while paused, and an operator may override the pause', async () => {
      await site.emulator.tickSchedules(tokyo.region);
      expect(await ask({ action: 'pause', forMs: 60_000, by: 'ann', reason: 'game day' })).toMatchObject({
        outcome: 'done',
      });
      expect(await site.post(report())).toMatchObject({ status: 200, body: { outcome: 'noted' } });
      const move = { action: 'switchover', to: 'tokyo-2', by: 'ann', reason: 'game day' };
      expect(await ask({ ...move, id: 'm1' })).toMatchObject({ outcome: 'refused', reason: 'paused' });
      expect(site.targets()).toEqual(atActive);
      expect(await ask({ ...move, id: 'm2', overrides: ['paused'] })).toMatchObject({ outcome: 'swapped' });
      expect(site.targets()).toEqual(atStandby);
    });

    it('never moves routes to a router in maintenance', async () => {
      await ask({ action: 'maintenance', router: 'tokyo-2', on: true, by: 'ann', reason: 'disk' });
      expect(await site.post(report())).toMatchObject({
        status: 409,
        body: { says: expect.stringContaining('in maintenance (ann (not verified): disk)') as unknown },
      });
      await ask({ action: 'maintenance', router: 'tokyo-2', on: false, by: 'ann', reason: 'disk replaced' });
      expect((await site.post(report())).status).toBe(200);
    });

    it('previews a switchover without moving a route, reports the status, and keeps the history', async () => {
      await site.emulator.tickSchedules(tokyo.region);
      const move = { action: 'switchover', id: 'm1', to: 'tokyo-2', by: 'ann', reason: 'kernel', dryRun: true };
      expect(await ask(move)).toMatchObject({ decision: { kind: 'swap' }, plan: { steps: [{}, {}] } });
      expect(site.targets()).toEqual(atActive);
      expect(await ask({ action: 'status' })).toMatchObject({ owner: 'tokyo-1', diagnosis: { kind: 'Healthy' } });
      await site.post(report());
      expect(await ask({ action: 'history' })).toMatchObject([
        { outcome: 'swapped', detector: 'serf', owner: 'tokyo-2' },
      ]);
    });
  });

  describe('the routes', () => {
    it('moves the routes in the second round of the probe without eBGP on the owner', async () => {
      site.showBgp(active, 'Active');
      await site.emulator.tickSchedules(tokyo.region);
      expect(site.targets()).toEqual(atActive);
      await site.emulator.tickSchedules(tokyo.region);
      expect(site.targets()).toEqual(atStandby);
    });

    it('does not fail over because an SSM agent is silent', async () => {
      site.emulator.faults.add({
        service: 'ssm',
        action: 'SendCommand',
        resource: `*${instanceOf(active)}`,
        kind: 'error',
        code: 'InternalServerError',
      });
      for (let round = 0; round < 3; round++) await site.emulator.tickSchedules(tokyo.region);
      expect(site.targets()).toEqual(atActive);
      expect(site.logged().some((line) => line.includes('tokyo-1 did not tell its BGP state'))).toBe(true);
    });

    it('swaps on a direct invocation by an operator', async () => {
      await site.emulator.tickSchedules(tokyo.region);
      const payload = { action: 'switchover', id: 'change-1', to: 'tokyo-2', by: 'ann', reason: 'kernel update' };
      expect(await site.emulator.invoke(names.routeSwap, payload)).toMatchObject({
        outcome: 'ok',
        payload: { outcome: 'swapped' },
      });
      expect(site.targets()).toEqual(atStandby);
    });

    it('finishes under throttling, a stale read and a lost answer', async () => {
      site.emulator.faults.add({ service: 'ec2', action: 'ReplaceRoute', kind: 'throttle', times: 3 });
      site.emulator.faults.add({ service: 'ec2', action: 'ReplaceRoute', kind: 'lost-answer', times: 1 });
      site.emulator.faults.add({ service: 'ec2', action: 'DescribeRouteTables', kind: 'stale-read', times: 2 });
      expect(await site.post(report())).toMatchObject({ status: 200, body: { outcome: 'swapped' } });
      expect(site.targets()).toEqual(atStandby);
    });
  });

  // Last: the instance stays stopped.
  it('moves the routes when EC2 reports that the owner stops, once the probe has found the other one fit', async () => {
    await site.emulator.tickSchedules(tokyo.region);
    site.emulator.ec2.lifecycle.stop(tokyo.region, instanceOf(active));
    await expect.poll(() => site.targets(), { timeout: 30_000 }).toEqual(atStandby);
  });
});

/** Sends exactly these headers and this body; fetch would set some itself. */
function rawPost(url: string, headers: Record<string, string>, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
