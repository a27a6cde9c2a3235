import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Answer } from './http-servers.ts';
import { LIVING, TestRouter } from './router.fixture.ts';

const PEER_LINE = 'tokyo-1\t10.1.100.10\tvyos\trole=active,site=tokyo\n';
const hang: Answer = () => undefined;

describe('report, as a Serf event handler', () => {
  it('returns while the API still hangs, and leaves no process behind that Serf could take along', async () => {
    const router = await TestRouter.start();
    router.api.answers = [hang];

    const handler = await router.serfEvent('member-failed', PEER_LINE);

    expect(handler).toMatchObject({ status: 0, stderr: '' });
    await router.untilAsked(1);
    expect(router.processes()).not.toEqual([]);
    expect(() => process.kill(-handler.group, 0)).toThrow('ESRCH');
    expect(router.bodies()).toMatchObject([{ detector: 'serf', event: 'peer-failed', subject: 'tokyo-1' }]);
  });

  it('reports the peer once when one event has several members', async () => {
    const router = await TestRouter.start();

    await router.serfEvent('member-failed', `virginia-1\t10.2.100.10\tvyos\t\n${PEER_LINE}witness\t10.1.102.9\t\t`);

    await router.untilLogged(/swapped/);
    await router.untilIdle();
    expect(router.bodies().map(({ subject }) => subject)).toEqual(['tokyo-1']);
  });

  it('reads a last line without a newline', async () => {
    const router = await TestRouter.start();

    await router.serfEvent('member-failed', PEER_LINE.trimEnd());

    await router.untilLogged(/swapped/);
    expect(router.bodies()).toMatchObject([{ subject: 'tokyo-1' }]);
  });

  it('reports a member that left as a peer that left', async () => {
    const router = await TestRouter.start(LIVING);
    await router.peer.revive();

    await router.serfEvent('member-leave', PEER_LINE);

    await router.untilLogged(/swapped/);
    expect(router.bodies()).toMatchObject([{ event: 'peer-left' }]);
  });

  it.each([
    ['the failure of somebody else', 'member-failed', 'virginia-1\t10.2.100.10\tvyos\t\n'],
    ['a member whose name begins like the peer', 'member-failed', 'tokyo-11\t10.1.100.11\tvyos\t\n'],
    ['the return of the peer', 'member-join', PEER_LINE],
    ['an event without members', 'member-failed', ''],
    ['a user event', 'user', 'deploy'],
  ])('ignores %s, and logs that it did', async (_, event, members) => {
    const router = await TestRouter.start();

    expect((await router.serfEvent(event, members)).status).toBe(0);

    expect(await router.log()).toMatch(/^\S+Z info {2}- ignored: .*; only peer-failed and peer-left of tokyo-1/);
    expect(router.processes()).toEqual([]);
  });

  it('neither runs nor believes hostile member names', async () => {
    const router = await TestRouter.start();
    const marker = join(router.directory, 'ran');
    const names = [
      `$(touch ${marker})`,
      `\`touch ${marker}\``,
      `x'; touch ${marker}; '`,
      '"quoted" \\back\\slash',
      'tokyo-1\r2026-11-20T00:00:00.000Z info  - swapped: forged',
      '\u001b[2J\u0007',
      '東京-1',
      '*',
      '-n',
    ];
    const members = Buffer.concat([
      Buffer.from(names.map((name) => `${name}\t10.0.0.1\t\t\n`).join('')),
      Buffer.from([0xff, 0xfe, 0x0a]),
    ]);

    expect((await router.serfEvent('member-failed', members)).status).toBe(0);

    const [log = '', ...more] = (await router.log()).split('\n');
    expect(more).toEqual(['']);
    expect(log).not.toMatch(/\p{Cc}/v);
    expect(log).toContain('東京-1');
    expect(log).toContain('"quoted" \\back\\slash');
    await expect(access(marker)).rejects.toThrow('ENOENT');
    expect(router.processes()).toEqual([]);
  });

  it('skips a second detector while the first report is still under way', async () => {
    const router = await TestRouter.start();
    router.api.answers = [hang];
    await router.serfEvent('member-failed', PEER_LINE);
    await router.untilAsked(1);

    expect((await router.report()).status).toBe(4);

    expect(await router.log()).toContain('skipped: another worker already reports this outage of tokyo-1');
    expect(router.api.requests).toHaveLength(1);
  });

  it('skips a second detector after the outage is settled, but reports the failure after a recovery', async () => {
    const router = await TestRouter.start({ ...LIVING, SETTLED_FOR: '600' });
    expect((await router.report()).status).toBe(0);

    expect((await router.report()).status).toBe(4);
    expect(router.api.requests).toHaveLength(1);

    await router.peer.revive();
    await router.untilIdle();
    router.peer.kill();
    expect((await router.report()).status).toBe(0);
    expect(new Set(router.bodies().map(({ id }) => id)).size).toBe(2);
  });

  it('lets the next event in after a false alarm', async () => {
    const router = await TestRouter.start({ ...LIVING, SETTLED_FOR: '600' });
    await router.peer.revive();
    expect((await router.report()).status).toBe(4);
    router.peer.kill();

    expect((await router.report()).status).toBe(0);
  });

  it('hands the time of the event and one id from the handler to the report', async () => {
    const router = await TestRouter.start();

    await router.serfEvent('member-failed', PEER_LINE);
    await router.untilLogged(/swapped/);

    const [body] = router.bodies();
    const [first] = (await readFile(join(router.directory, 'report.log'), 'utf8')).split('\n');
    expect(first).toContain(`${body?.id} serf says peer-failed of tokyo-1: worker started`);
    expect(Date.parse(body?.evidence.detectedAt ?? '')).toBeLessThanOrEqual(Date.parse(first?.slice(0, 24) ?? ''));
  });

  it.each([
    [
      ['--detector', 'icmp', '--event', 'peer-failed', '--subject', 'tokyo-1'],
      "--detector must be serf, bfd or vrrp, not 'icmp'",
    ],
    [
      ['--detector', 'bfd', '--event', 'member-failed', '--subject', 'tokyo-1'],
      '--event must be peer-failed or peer-left',
    ],
    [['--detector', 'bfd', '--event', 'peer-failed'], '--subject must name the router'],
    [['--detector', 'bfd', '--event'], '--event needs a value'],
    [['--force'], "unknown argument '--force'"],
    [[], 'no arguments and no SERF_EVENT'],
  ])('refuses the command line %j with a reason and the usage', async (args, reason) => {
    const router = await TestRouter.start();

    const ended = await router.run(args);

    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain(reason);
    expect(ended.stderr).toContain('usage: report --detector');
    expect(await router.log()).toContain(reason);
  });
});
