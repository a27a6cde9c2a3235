import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIVING, TestRouter } from './router.fixture.ts';

const BOOT = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

/** Reports the peer, and says when its outage was noticed, ms since the epoch. */
async function detectedAt(router: TestRouter): Promise<number> {
  expect((await router.report()).status).toBe(0);
  return Date.parse(router.bodies().at(-1)?.evidence.detectedAt ?? '');
}

/** A router that noticed an outage this many seconds ago, by its clock and by the time since boot. */
async function noticed(byClock: number, sinceBoot: number, boot = BOOT): Promise<TestRouter> {
  const router = await TestRouter.start();
  const uptimeMs = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) * 1000;
  await mkdir(join(router.directory, 'state'));
  const at = (Date.now() / 1000 - byClock).toFixed(6);
  await writeFile(
    join(router.directory, 'state', 'outage'),
    `${at} ${(uptimeMs - sinceBoot * 1000).toFixed(0)} ${boot}\n`,
  );
  return router;
}

describe('report, saying when the outage was noticed', () => {
  it('sends the detection time of the first detector', async () => {
    const router = await TestRouter.start();

    expect(await detectedAt(router)).toBe(await detectedAt(router));
  });

  it('forgets it when the peer answers', async () => {
    const router = await TestRouter.start(LIVING);
    const first = await detectedAt(router);
    await router.peer.revive();
    await router.report();
    router.peer.kill();

    expect(await detectedAt(router)).toBeGreaterThan(first);
  });

  it('forgets it when BFD with the peer is up', async () => {
    const router = await TestRouter.start({ DETECTORS: 'bfd', PEER_BFD: '169.254.254.2', WATCH_EVERY: '0.01' });
    const first = await detectedAt(router);
    await router.bfd({ '169.254.254.2': 'up' });
    router.startScript('watch-bfd');
    await router.untilLogged(/now up/);

    expect(await detectedAt(router)).toBeGreaterThan(first);
  });

  it('says for each report of reconcile what was noticed first, however long ago', async () => {
    const router = await noticed(100, 100);
    const began = Date.now();
    await router.configure({ RECONCILE_EVERY: '0.05' });
    router.startScript('reconcile');

    await router.untilAsked(1);

    const at = Date.parse(router.bodies()[0]?.evidence.detectedAt ?? '');
    expect(Math.abs(at - (began - 100_000))).toBeLessThan(5_000);
  });

  it.each([
    ['noticed ten seconds before', 10, 10, BOOT, 10],
    ['noticed so long before that a detector has seen the peer alive since', 100, 100, BOOT, 0],
    ['noticed when the clock was an hour behind', 3610, 10, BOOT, 10],
    ['noticed when the clock was an hour ahead', -3590, 10, BOOT, 10],
    ['noticed before the router was booted', 10, 10, '0b5c', 0],
  ])('is right about an outage that was %s', async (_what, byClock, sinceBoot, boot, ago) => {
    const router = await noticed(byClock, sinceBoot, boot);
    const began = Date.now();

    expect(Math.abs((await detectedAt(router)) - (began - ago * 1000))).toBeLessThan(5_000);
  });
});
