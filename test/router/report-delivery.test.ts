import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Answer, answerJson, CREDENTIALS, repeatedRequest, SWAPPED } from './http-servers.ts';
import { HEALTHY_COUNTS, LIVING, scriptPath, TestRouter } from './router.fixture.ts';

const refused = (reason: string) => answerJson(409, { outcome: 'refused', reason, says: `Because of ${reason}.` });
const noted = answerJson(200, { outcome: 'noted', reason: 'reported-by-survivor', says: 'The site is paused.' });
const partial = answerJson(503, { outcome: 'partial', reason: 'not-seen', says: 'One route is left. Ask again.' });

interface Judged {
  readonly verdict: string;
  /** Which of the settings is the wait before the next try, when the first tries are over. */
  readonly wait: string;
  readonly says: string;
}

/** What a report makes of answers of the API, one after the other. */
function judged(answers: readonly (readonly [status: number, body: string])[]): readonly Judged[] {
  const program = `
    HERE=$0; . "$HERE/lib/begin.sh"; . "$HERE/lib/json.sh"; . "$HERE/lib/answer.sh"; . "$HERE/lib/retry.sh"
    RETRY_DELAYS=0 RETRY_EVERY=RETRY_EVERY NOTED_EVERY=NOTED_EVERY GIVE_UP_AFTER=600 SAYS=
    begin_tries
    while (($#)); do
      STATUS=$1 ANSWER=$2 TRIES=1
      judge_answer
      choose_delay
      printf '%s\t%s\t%s\n' "$VERDICT" "$DELAY" "$SAYS"
      shift 2
    done`;
  const bodies = answers.flatMap(([status, body]) => [String(status).padStart(3, '0'), body]);
  const printed = execFileSync('bash', ['--norc', '-c', program, scriptPath('.'), ...bodies], { encoding: 'utf8' });
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([verdict = '', wait = '', says = '']) => ({ verdict, wait, says }));
}

describe('an answer of the API', () => {
  const outcome = (of: string, reason = 'x') => JSON.stringify({ outcome: of, reason, says: `Because of ${reason}.` });
  const refusal = (reason: string) => [409, outcome('refused', reason)] as const;
  const message = JSON.stringify({ message: 'No, you may not.' });

  it.each<[string, readonly (readonly [number, string])[], Pick<Judged, 'verdict'> & Partial<Judged>]>([
    [
      'that states where the routes are ends the report',
      [
        [200, outcome('swapped')],
        [200, outcome('already')],
      ],
      { verdict: 'done' },
    ],
    ['that this report was carried out before ends it', [refusal('replayed')], { verdict: 'done' }],
    ['of a pause is asked for again, slowly', [[200, outcome('noted')]], { verdict: 'noted', wait: 'NOTED_EVERY' }],
    [
      'that refuses for what may pass is asked for again, also for a reason of a later version',
      ['owner-healthy', 'lease-held', 'a-reason-of-a-later-version'].map(refusal),
      { verdict: 'refused', wait: 'RETRY_EVERY' },
    ],
    [
      'that needs an operator is asked for again, slowly',
      [
        ...['mode-off', 'too-many-swaps', 'no-managed-route', 'peer-never-answered'].map(refusal),
        ...[302, 400, 401, 403, 404, 413].map((status) => [status, message] as const),
      ],
      { verdict: 'rejected', wait: 'NOTED_EVERY' },
    ],
    [
      'that is none, or tells of a failure, is asked for again',
      [[503, outcome('partial')], ...[0, 408, 429, 500].map((status) => [status, message] as const)],
      { verdict: 'retry', wait: 'RETRY_EVERY' },
    ],
    [
      'of another server, such as a proxy, is none of the API',
      [[200, '<html>Please log in, {"outcome"}</html>']],
      { verdict: 'retry', wait: 'RETRY_EVERY' },
    ],
    [
      'is read by its own fields, not by those of what it carries',
      [
        [
          409,
          '{"first":{"reason":"replayed","says":"Inner."},"outcome":"refused","reason":"owner-healthy","says":"Outer."}',
        ],
      ],
      { verdict: 'refused', says: 'refused (owner-healthy): Outer.' },
    ],
  ])('%s', (_what, answers, expected) => {
    for (const answer of judged(answers)) expect(answer).toMatchObject(expected);
  });

  it('is logged in the words of the API', () => {
    const says = judged([refusal('mode-off'), [404, message], [302, '{}']]).map((answer) => answer.says);
    expect(says).toEqual(['refused (mode-off): Because of mode-off.', 'HTTP 404: No, you may not.', 'HTTP 302: {}']);
  });
});

describe('report, delivering', () => {
  it('posts reporter, subject, detector and evidence', async () => {
    const router = await TestRouter.start();
    router.usesCurl();

    const ended = await router.report();

    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(router.api.requests).toMatchObject([
      { method: 'POST', path: '/v1/sites/tokyo/events', headers: { 'content-type': 'application/json' } },
    ]);
    const iso: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const uuid: unknown = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const confirm: unknown = expect.objectContaining({ verdict: 'dead', api: 'open' });
    expect(router.bodies()).toEqual([
      {
        id: uuid,
        detector: 'bfd',
        event: 'peer-failed',
        reporter: 'tokyo-2',
        subject: 'tokyo-1',
        at: iso,
        evidence: {
          bgp: HEALTHY_COUNTS,
          confirm,
          detectedAt: iso,
        },
      },
    ]);
    expect(await router.log()).toMatch(/Z info {2}[0-9a-f-]{36} swapped \(reported-by-survivor\): Routes moved\.\n$/);
  });

  describe('while the API only notes it', () => {
    it('retries with the same id at a slow rate, logs that once, and is done when the routes move', async () => {
      const router = await TestRouter.start({ GIVE_UP_AFTER: '0', NOTED_EVERY: '0.1', RETRY_DELAYS: '0' });
      router.api.answers = [noted, noted, noted, SWAPPED];
      const began = Date.now();

      expect((await router.report()).status).toBe(0);

      expect(Date.now() - began).toBeGreaterThan(300);
      expect(router.bodies()).toHaveLength(4);
      expect(new Set(router.bodies().map(({ id }) => id)).size).toBe(1);
      expect(new Set(router.bodies().map(({ at }) => at)).size).toBe(4);
      const log = await router.log();
      expect(log.match(/noted \(reported-by-survivor\): The site is paused\. Asking every 0\.1 s/g)).toHaveLength(1);
      expect(log).toContain('swapped (reported-by-survivor)');
    });

    it('has all its tries again when the pause is over', async () => {
      const router = await TestRouter.start({ RETRY_DELAYS: '0 0', RETRY_EVERY: '600' });
      router.api.answers = [partial, partial, noted, partial, partial, SWAPPED];

      expect((await router.report()).status).toBe(0);
    });

    it('fetches new credentials each time that the old ones have ended', async () => {
      const router = await TestRouter.start();
      const expired = answerJson(403, { message: 'The security token included in the request is expired' });
      router.api.answers = [noted, expired, noted, expired, SWAPPED];

      expect((await router.report()).status).toBe(0);
      expect(router.metadata.fetches).toBe(3);
    });

    it.each(['peer-failed', 'peer-left'] as const)(
      'is alone with it, and abandons %s when the peer answers again',
      async (event) => {
        const router = await TestRouter.start(LIVING);
        router.api.answers = [noted];
        const ended = router.report(event);
        await router.untilAsked(3);
        expect((await router.report(event)).status).toBe(4);
        expect(await router.log()).toContain('skipped: another worker already reports this outage of tokyo-1');

        await router.peer.revive();

        expect((await ended).status).toBe(4);
        expect(await router.log()).toContain('abandoned: tokyo-1 answers at');
        expect(new Set(router.bodies().map(({ id }) => id)).size).toBe(1);
      },
    );
  });

  it('retries a partial swap, a server error, a throttle and a cut connection with the same id and a fresh time', async () => {
    const router = await TestRouter.start();
    router.usesCurl();
    router.api.answers = [
      partial,
      answerJson(500, { message: 'Internal Server Error' }),
      answerJson(429, { message: 'Too Many Requests' }),
      (response) => response.destroy(),
      SWAPPED,
    ];

    expect((await router.report()).status).toBe(0);

    const bodies = router.bodies();
    expect(bodies).toHaveLength(5);
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(1);
    expect(new Set(bodies.map(({ at }) => at)).size).toBe(5);
    expect(new Set(bodies.map(({ evidence }) => evidence.detectedAt)).size).toBe(1);
    expect(await router.log()).toMatch(/try 1 failed: partial \(not-seen\): One route is left\. Ask again\./);
    expect(await router.log()).toMatch(/try 2 failed: HTTP 500: Internal Server Error/);
    expect(await router.log()).toMatch(/try 4 failed: no answer from http:.*: /);
  });

  it('gathers its evidence anew for each try', async () => {
    const router = await TestRouter.start();
    router.countsSessions();
    await router.command(
      'vtysh',
      `echo >>"$0.calls"
       echo "{\\"peers\\":{\\"169.254.10.6\\":{\\"state\\":\\"Established\\",\\"pfxRcd\\":$(($(wc -l <"$0.calls") - 1))}}}"`,
    );
    router.api.answers = [partial, partial, SWAPPED];

    await router.report();

    expect(router.bodies().map(({ evidence }) => evidence.bgp)).toMatchObject(
      [0, 1, 1].map((receiving) => ({ tunnels: { established: 1, receiving } })),
    );
  });

  it('does not log what AWS repeats of a request whose signature it rejects: the session token is in it', async () => {
    const router = await TestRouter.start();
    router.api.answers = [answerJson(403, { message: repeatedRequest(CREDENTIALS.sessionToken) }), SWAPPED];

    await router.report();

    expect(await router.log()).toContain('HTTP 403: The request signature we calculated does not match');
    expect(await router.log()).not.toContain(CREDENTIALS.sessionToken);
  });

  it('retries what an operator has to change until that changes, and logs each answer once', async () => {
    const router = await TestRouter.start({ GIVE_UP_AFTER: '0' });
    const denied = answerJson(403, { message: 'No, "you"\nmay not.' });
    router.api.answers = [refused('mode-off'), refused('mode-off'), denied, denied, SWAPPED];

    expect((await router.report()).status).toBe(0);

    expect(router.api.requests).toHaveLength(5);
    const log = await router.log();
    for (const words of ['refused (mode-off): Because of mode-off.', 'HTTP 403: No,'])
      expect([words, log.split(words).length - 1]).toEqual([words, 1]);
  });

  const PACED = { RETRY_DELAYS: '0', RETRY_EVERY: '0.01', NOTED_EVERY: '600' };

  it.each([
    ['what somebody has to change', refused('mode-off'), {}],
    ['GIVE_UP_AFTER has passed', partial, { GIVE_UP_AFTER: '0' }],
  ])('asks at the pace of NOTED_EVERY after %s', async (_what, answer, settings) => {
    const router = await TestRouter.start({ ...PACED, ...settings });
    router.api.answers = [answer, answer, SWAPPED];

    void router.report();

    await router.untilAsked(2);
    await router.untilProcess(/^sleep\0(6|7|8|9)\d\d\./);
    expect(router.api.requests).toHaveLength(2);
  });

  it('asks at the pace of RETRY_EVERY after what may pass at any time, such as a throttle', async () => {
    const router = await TestRouter.start(PACED);
    const answers: Answer[] = [
      refused('owner-healthy'),
      answerJson(429, { message: 'Not now.' }),
      (response) => response.destroy(),
      refused('owner-healthy'),
    ];
    router.api.answers = [...answers, SWAPPED];

    const { status } = await router.report();

    expect([status, router.api.requests.length]).toEqual([0, answers.length + 1]);
  });

  it('retries with new credentials when the old ones are rejected', async () => {
    const router = await TestRouter.start();
    router.api.answers = [answerJson(403, { message: 'expired' }), SWAPPED];

    expect((await router.report()).status).toBe(0);
    expect(router.metadata.fetches).toBe(2);
  });

  describe.each(['peer-failed', 'peer-left'] as const)('before each retry of %s', (event) => {
    it('probes the peer, whatever the API answered, and gives the API its silence as it is by then', async () => {
      const router = await TestRouter.start();
      const answers: Answer[] = [
        partial,
        refused('owner-healthy'),
        answerJson(403, { message: 'Forbidden' }),
        (response) => response.destroy(),
        noted,
      ];
      router.api.answers = [...answers, SWAPPED];

      expect((await router.report(event)).status).toBe(0);

      const bodies = router.bodies();
      expect(bodies).toHaveLength(answers.length + 1);
      for (const [index, { evidence }] of bodies.slice(1).entries()) {
        expect(evidence.confirm).toMatchObject({ verdict: 'dead' });
        const before = Date.parse(bodies[index]?.at ?? '');
        expect(Date.parse(String(evidence.confirm['at']))).toBeGreaterThanOrEqual(before);
      }
    });

    it('ends when the peer answers', async () => {
      const router = await TestRouter.start(LIVING);
      router.api.answers = [partial];
      router.api.onRequest = async () => router.peer.revive();

      expect((await router.report(event)).status).toBe(4);

      expect(router.api.requests).toHaveLength(1);
      expect(await router.log()).toMatch(/abandoned: tokyo-1 answers at 127\.77\.\d+\.\d+ \(port \d+: open\)/);
    });
  });

  it('goes on by the new configuration when that has changed, as the same outage', async () => {
    const router = await TestRouter.start();
    router.api.answers = [noted];
    const ended = router.report();
    await router.untilAsked(2);

    await router.configure({ SITE: 'osaka' });
    await router.until('report by the new one', () => router.api.requests.at(-1)?.path === '/v1/sites/osaka/events');
    router.api.answers = [SWAPPED];

    expect((await ended).status).toBe(0);
    expect(new Set(router.bodies().map(({ evidence }) => evidence.detectedAt)).size).toBe(1);
  });

  it('retries when the metadata service has no credentials yet', async () => {
    const router = await TestRouter.start();
    router.usesCurl();
    router.metadata.hasRole = false;
    const ended = router.report();
    await router.untilLogged(/try 1 failed: the metadata service gave no credentials/);

    router.metadata.hasRole = true;

    expect((await ended).status).toBe(0);
  });

  it('reports though the log cannot be written', async () => {
    const router = await TestRouter.start({ LOG: '/dev/full' });

    expect((await router.report()).status).toBe(0);
    expect(router.api.requests).toHaveLength(1);
  });

  it('reports though there is nowhere to put the lock', async () => {
    const router = await TestRouter.start({ STATE_DIR: '/proc/nowhere' });

    expect((await router.report()).status).toBe(0);
    expect(await router.log()).toContain('no lock: /proc/nowhere cannot be written; continuing without a lock');
  });
});
