import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerJson, HEARD, SWAPPED } from './http-servers.ts';
import { HEALTHY_COUNTS, LIVING, TestRouter } from './router.fixture.ts';

const FAST = { ...LIVING, CONFIRM_FOR: '0.1', RECONCILE_EVERY: '0.05' };

const once = (router: TestRouter) => router.run(['--once'], { script: 'reconcile' });

/** A Serf agent with these members, which records the addresses of `join`. */
async function serf(router: TestRouter, members: string): Promise<void> {
  await router.command(
    'serf',
    `case $1 in
       members) printf '${members}' ;;
       join) echo "$2" >>${router.directory}/joined ;;
     esac`,
  );
}

const joined = (router: TestRouter) => readFile(join(router.directory, 'joined'), 'utf8').catch(() => '');

describe('reconcile, and Serf', () => {
  it.each([
    ['missing', ''],
    ['left', 'tokyo-1  10.1.100.10:7946  left  role=active\\n'],
    ['failed', 'tokyo-1  10.1.100.10:7946  failed  role=active\\n'],
  ])('joins a live peer that is %s, and logs that Serf did not watch it', async (state, members) => {
    const router = await TestRouter.start(LIVING);
    await serf(router, members);
    await router.peer.revive();

    expect((await once(router)).status).toBe(0);

    expect(await joined(router)).toBe(`${router.peer.address}\n`);
    expect(await router.log()).toContain(`Serf does not watch the peer: tokyo-1 is ${state}`);
  });

  it('leaves a peer alone that is a member, and one that is silent', async () => {
    const router = await TestRouter.start(LIVING);
    await serf(router, 'tokyo-1  10.1.100.10:7946  alive  role=active\\n');
    await router.peer.revive();
    await once(router);
    router.peer.kill();
    await serf(router, '');
    await once(router);

    expect(await joined(router)).toBe('');
  });

  it('takes no other member for the peer', async () => {
    const router = await TestRouter.start(LIVING);
    await serf(router, 'tokyo-1b  10.1.100.10:7946  alive  role=active\\n');
    await router.peer.revive();

    await once(router);

    expect(await router.log()).toContain('tokyo-1 is missing');
  });

  it('logs once, not every round, that the agent does not run', async () => {
    const router = await TestRouter.start(FAST);
    await router.command('serf', `echo round >>${router.directory}/rounds; echo 'connection refused' >&2; exit 1`);
    await router.peer.revive();
    router.startScript('reconcile');
    await router.until('five rounds', async () =>
      /(round\n){5}/.test(await readFile(join(router.directory, 'rounds'), 'utf8').catch(() => '')),
    );

    const log = await router.log();
    expect(log.match(/its agent does not answer \(connection refused\)/g)).toHaveLength(1);
  });

  it('does not query Serf if the site has none', async () => {
    const router = await TestRouter.start({ ...LIVING, DETECTORS: 'bfd' });
    await router.command('serf', `touch ${router.directory}/joined`);
    await router.peer.revive();

    await once(router);

    expect(await router.log()).not.toContain('Serf');
  });
});

describe('reconcile, and a peer that failed before', () => {
  it('reports it in the second silent round', async () => {
    const router = await TestRouter.start({ ...FAST, DETECTORS: 'vrrp serf' });
    await serf(router, 'tokyo-2 10.1.101.10:7946 alive role=standby\\n');
    router.startScript('reconcile');
    await router.untilAsked(1);
    await router.untilLogged(/Routes moved/);
    await router.until('idle reports', () => router.processes().length === 1);

    expect(router.bodies()).toMatchObject([{ detector: 'vrrp', event: 'peer-failed', subject: 'tokyo-1' }]);
  });

  it('reports it again after a while for as long as it is silent, as the same outage', async () => {
    const router = await TestRouter.start({ ...FAST, REPORT_AGAIN: '0.2', SETTLED_FOR: '0' });
    router.api.answers = [
      answerJson(200, { outcome: 'already', reason: 'nothing-at-subject', says: 'None.' }),
      SWAPPED,
    ];
    router.startScript('reconcile');
    await router.untilAsked(3);

    expect(new Set(router.bodies().map(({ id }) => id)).size).toBeGreaterThan(2);
    expect(new Set(router.bodies().map(({ evidence }) => evidence.detectedAt)).size).toBe(1);
    // Each is confirmed anew.
    expect(new Set(router.bodies().map(({ evidence }) => evidence.confirm.at)).size).toBe(router.bodies().length);
  });

  it('reports the outage after the next recovery', async () => {
    const router = await TestRouter.start(FAST);
    router.startScript('reconcile');
    await router.untilAsked(1);
    await router.peer.revive();
    await router.untilLogged(/tokyo-1 answers at/);

    router.peer.kill();

    await router.untilAsked(2);
    expect(new Set(router.bodies().map(({ id }) => id)).size).toBe(2);
    expect(new Set(router.bodies().map(({ evidence }) => evidence.detectedAt)).size).toBe(2);
  });

  it('starts no second report beside one that is only noted, and takes it for settled when the routes have moved', async () => {
    const router = await TestRouter.start({ ...FAST, NOTED_EVERY: '0.2' });
    const noted = answerJson(200, { outcome: 'noted', reason: 'reported-by-survivor', says: 'The site is paused.' });
    router.api.answers = [noted, noted, noted, SWAPPED];
    router.startScript('reconcile');
    await router.untilLogged(/Routes moved/);
    await router.until('idle reports', () => router.processes().length === 1);

    expect(router.bodies()).toHaveLength(4);
    expect(new Set(router.bodies().map(({ id }) => id)).size).toBe(1);
  });

  it('does not report after one silent round', async () => {
    const router = await TestRouter.start(LIVING);

    await once(router);

    expect(await router.log()).toContain('tokyo-1 does not answer');
    expect(await router.log()).not.toContain('reporting');
  });
});

describe('reconcile, and heartbeats', () => {
  it('sends none unless configured', async () => {
    const router = await TestRouter.start(LIVING);
    await router.peer.revive();

    await once(router);

    expect(router.api.requests).toEqual([]);
  });

  it('has this router’s BGP sessions, the state of its detectors, and the time of the next one', async () => {
    const router = await TestRouter.start({
      ...LIVING,
      HEARTBEAT: 'on',
      DETECTORS: 'serf bfd',
      PEER_BFD: '169.254.254.2',
    });
    router.api.answers = [HEARD];
    await router.peer.revive();
    await router.command(
      'serf',
      `if [[ $* == *json* ]]; then echo '{"members":[{"name":"tokyo-2","status":"alive"}]}'; fi`,
    );

    await once(router);

    expect(router.bodies()).toMatchObject([
      {
        event: 'alive',
        reporter: 'tokyo-2',
        subject: 'tokyo-2',
        evidence: {
          everyMs: 20_000,
          bgp: HEALTHY_COUNTS,
        },
      },
    ]);
  });

  it('keeps its credentials from round to round, and fetches others when they are refused', async () => {
    const router = await TestRouter.start({ ...FAST, HEARTBEAT: 'on' });
    router.api.answers = [HEARD, HEARD, HEARD, answerJson(403, { message: 'Forbidden' }), HEARD];
    await router.peer.revive();
    router.startScript('reconcile');
    await router.untilAsked(6);

    // One is the contact's, which goes the whole way each time.
    expect(router.metadata.fetches).toBe(3);
    expect(await router.log()).toContain('heartbeat failed: HTTP 403');
  });
});

it('reconcile refuses arguments that it does not know', async () => {
  const router = await TestRouter.start();
  expect((await router.run(['--twice'], { script: 'reconcile' })).status).toBe(2);
});
