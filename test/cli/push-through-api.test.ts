import { describe, expect, it } from 'vitest';
import type { ApiAnswer } from '#aws/signed-request.ts';
import type { Surroundings } from './command-line.ts';
import { ANN, FILE, PushedSites } from './pushed-sites.ts';

/** A change of both routers of Tokyo, and of nothing in Virginia. */
const WIDER = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');
const PUSH = ['config', 'push', '-', '--site', 'tokyo', '--yes', '--json'];
const IMPATIENT: ApiAnswer = { status: 503, body: { message: 'Service Unavailable' } };
const fault = (name: string, code?: string) => Object.assign(new Error('it failed'), { name, ...(code && { code }) });
const routersOf = (stdout: string) =>
  (JSON.parse(stdout) as { sites: { routers: { runs: string; boots: string }[] }[] }).sites.flatMap(({ routers }) =>
    routers.map(({ runs, boots }) => `${runs} ${boots}`),
  );

function tokyoOf(sites: PushedSites) {
  const tokyo = [...sites.sites.values()].find(({ world }) => world.site.name === 'tokyo');
  if (tokyo === undefined) throw new Error('no tokyo');
  return tokyo;
}

/** A push whose steps take two seconds longer than the API waits. */
function slowPush(around: Surroundings) {
  const sites = new PushedSites();
  const { world } = tokyoOf(sites);
  let polls = 0;
  const says = 'tokyo-2 gets its configuration, and its BGP is verified';
  return sites.runThroughApi(PUSH, { stdin: WIDER, ...around }, async ({ method }, call) => {
    const answer = await call();
    if (method === 'POST') return IMPATIENT;
    polls += 1;
    world.now += 1_000;
    return polls % 3 === 0 ? answer : { status: 200, body: { state: 'under-way', says } };
  });
}

/** What a terminal shows in the end, where lines were cleared. */
function afterTerminal(written: string): string {
  const lines = written.split('\n').map((line) => line.split('\r\u001b[K').at(-1));
  return lines.join('\n');
}

describe('a push through the API', () => {
  it('is recorded under the caller that AWS verified; a typed name is a note beside it', async () => {
    const sites = new PushedSites();
    const { exitCode, stdout } = await sites.runThroughApi([...PUSH, '--by', 'the CEO'], { stdin: WIDER });
    expect([exitCode, routersOf(stdout)]).toEqual([0, ['new new', 'new new']]);
    expect(sites.calls).toEqual([]);
    expect(sites.paths).toEqual(['POST config/plan', 'POST config/push', 'POST config/push', 'POST config/plan']);
    const { pushes, world } = tokyoOf(sites);
    const requestedBy = { arn: ANN, stated: 'the CEO' };
    expect(pushes.last).toMatchObject({ by: 'assumed-role/on-call/ann ("the CEO")', requestedBy });
    const says = expect.stringMatching(/^assumed-role\/on-call\/ann \("the CEO"\) pushed a configuration\./) as string;
    expect(world.history).toMatchObject([
      { kind: 'push', says, requestedBy },
      { kind: 'push', says, requestedBy },
    ]);
  });

  it('without a typed name states none, and with --bypass-api the name is not verified', async () => {
    const sites = new PushedSites();
    await sites.runThroughApi(PUSH, { stdin: WIDER });
    expect(tokyoOf(sites).pushes.last).toMatchObject({ by: 'assumed-role/on-call/ann', requestedBy: { arn: ANN } });
    const bypassed = new PushedSites();
    expect((await bypassed.runThroughApi([...PUSH, '--bypass-api'], { stdin: WIDER })).exitCode).toBe(0);
    expect(bypassed.paths).toEqual([]);
    const { last } = tokyoOf(bypassed).pushes;
    expect(last).toMatchObject({ by: 'ann@desk (not verified)', requestedBy: { stated: 'ann@desk' } });
  });

  it.each<[string, () => ApiAnswer]>([
    ['that does not wait for it', () => IMPATIENT],
    [
      'whose answer is lost',
      () => {
        throw fault('TypeError', 'ECONNRESET');
      },
    ],
  ])('%s: the answer is asked for by the id of the request', async (_, instead) => {
    const sites = new PushedSites();
    const { exitCode, stdout } = await sites.runThroughApi(PUSH, { stdin: WIDER }, async ({ method }, call) => {
      const answer = await call();
      return method === 'GET' ? answer : instead();
    });
    expect([exitCode, routersOf(stdout)]).toEqual([0, ['new new', 'new new']]);
    const polls = sites.paths.filter((path) => path.startsWith('GET requests/'));
    expect(new Set(polls).size).toBe(4);
    expect(tokyoOf(sites).world.history).toHaveLength(2);
  });

  it.each([
    [undefined, 'tokyo, 2 s: tokyo-2 gets its configuration, and its BGP is verified'],
    [40, 'tokyo, 2 s: tokyo-2 gets its configura…'],
  ])('shows on a terminal of %s columns which router is changed, and for how long', async (columns, line) => {
    const shown: string[] = [];
    const { stdout, stderr } = await slowPush({ terminal: true, columns, onOutput: (text) => shown.push(text) });
    expect(shown).toContain('tokyo: waiting for config-push');
    expect(shown).toContain(line);
    expect(shown.every((text) => !text.startsWith('tokyo, ') || text.length < (columns ?? 80))).toBe(true);
    expect(afterTerminal(stderr)).not.toContain(', 2 s:');
    expect(routersOf(stdout)).toEqual(['new new', 'new new']);
  });

  it('shows nothing of that where the output is not a terminal', async () => {
    const { stderr } = await slowPush({});
    expect(stderr).not.toContain('waiting');
    expect(stderr).not.toContain('\u001b');
  });

  it('goes on through polls without an answer, while the network is gone', async () => {
    const sites = new PushedSites();
    let silent = 20;
    const { exitCode } = await sites.runThroughApi(PUSH, { stdin: WIDER }, async ({ method }, call) => {
      if (method === 'POST') return call().then(() => IMPATIENT);
      if ((silent -= 1) > 0) throw fault('Error', 'ENOTFOUND');
      return call();
    });
    expect(exitCode).toBe(0);
  });

  it.each<[string, ApiAnswer | Error, string]>([
    ['the network is gone', fault('Error', 'ENOTFOUND'), 'it failed'],
    ['the credentials have expired', { status: 403, body: { message: 'token expired' } }, 'HTTP 403 token expired'],
  ])('may have acted, and says so, if %s before its answer is read', async (_, then, why) => {
    const line = ['router', 'install', 'tokyo', '--topology', 'tokyo-virginia.yaml', '--yes'];
    const { exitCode, stderr } = await new PushedSites().runThroughApi(line, { stdin: WIDER }, ({ method }) => {
      if (method === 'POST') return Promise.resolve(IMPATIENT);
      return then instanceof Error ? Promise.reject(then) : Promise.resolve(then);
    });
    const says = `did not answer: HTTP 503 Service Unavailable; its result cannot be read: ${why}\n    hint: it may have acted`;
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(says)]);
  });

  it('is given up after three minutes in which every poll is lost on its way', async () => {
    const sites = new PushedSites();
    const { world } = tokyoOf(sites);
    const began = world.now;
    const line = ['config', 'diff', '-', '--router', 'tokyo-1'];
    const { exitCode } = await sites.runThroughApi(line, { stdin: WIDER }, ({ method, timeoutMs }) => {
      if (method === 'POST') return Promise.resolve(IMPATIENT);
      world.now += timeoutMs;
      return Promise.reject(fault('Error', 'ECONNRESET'));
    });
    expect([exitCode, world.now - began]).toEqual([1, 150_000]);
  });

  it('is asked for by a workstation that was asleep until the time of the function was over', async () => {
    const sites = new PushedSites();
    const { world } = tokyoOf(sites);
    const { exitCode, stdout } = await sites.runThroughApi(PUSH, { stdin: WIDER }, async ({ url }, call) => {
      const answer = await call();
      if (!url.endsWith('config/push') || world.history.length > 1) return answer;
      world.now += 3_600_000;
      throw fault('TypeError', 'ECONNRESET');
    });
    expect([exitCode, routersOf(stdout)]).toEqual([0, ['new new', 'new new']]);
    expect(sites.paths).not.toContain('POST config/undo');
  });

  it('that arrives twice is waited for: the second delivery is answered at once', async () => {
    const sites = new PushedSites();
    const { exitCode, stdout } = await sites.runThroughApi(PUSH, { stdin: WIDER }, async ({ url }, call) => {
      const answer = await call();
      if (!url.endsWith('config/push')) return answer;
      return { status: 202, body: { outcome: 'under-way', reason: 'under-way', says: 'The request is under way.' } };
    });
    expect([exitCode, routersOf(stdout)]).toEqual([0, ['new new', 'new new']]);
    expect(sites.paths).not.toContain('POST config/undo');
  });

  it.each(['replayed', 'unanswered'])('is told why its request is %s', async (reason) => {
    const sites = new PushedSites();
    const says = 'The request r1 ended without an answer.';
    const { stderr } = await sites.runThroughApi(PUSH, { stdin: WIDER }, async ({ url }, call) =>
      url.endsWith('config/push') ? { status: 409, body: { outcome: 'refused', reason, says } } : call(),
    );
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('this version cannot read');
  });

  it('whose function is killed is not waited for until its lease is over', async () => {
    const sites = new PushedSites();
    const { world } = tokyoOf(sites);
    let polls = 0;
    const { exitCode, stderr } = await sites.runThroughApi(PUSH, { stdin: WIDER }, async ({ method, url }, call) => {
      if (method === 'GET' && url.includes('/requests/')) {
        polls += 1;
        world.now += 1_000;
        return { status: 200, body: { state: 'under-way' } };
      }
      if (!url.endsWith('/config/push')) return call();
      return { status: 500, body: { message: 'Internal Server Error' } };
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('did not answer: HTTP 500 Internal Server Error');
    expect(polls).toBeLessThanOrEqual(5);
  });

  it('that was not received is not begun later: the router is taken back, and says what it runs', async () => {
    const sites = new PushedSites();
    const { exitCode, stdout, stderr } = await sites.runThroughApi(PUSH, { stdin: WIDER }, async ({ url }, call) =>
      url.endsWith('config/push') ? IMPATIENT : call(),
    );
    expect([exitCode, routersOf(stdout)]).toEqual([1, ['old old', 'old old']]);
    expect(stderr).toContain(
      'tokyo: config-push is throttled: HTTP 503 Service Unavailable, and it has no record of the request. Try again in a minute;',
    );
    expect(sites.paths.filter((path) => path.startsWith('GET'))).toHaveLength(5);
    expect(tokyoOf(sites).pushes.off).toHaveProperty('tokyo-2');
  });

  it('that API Gateway throttles says so, and what to do', async () => {
    const { exitCode, stdout } = await new PushedSites().runThroughApi(PUSH, { stdin: WIDER }, async ({ url }, call) =>
      url.endsWith('config/push') ? { status: 429, body: { message: 'Too Many Requests' } } : call(),
    );
    expect([exitCode, routersOf(stdout)]).toEqual([1, ['old old', 'old old']]);
    const says = expect.stringMatching(
      /^the API of tokyo is throttled: HTTP 429 Too Many Requests\. Try again in a minute; vyos-failover doctor tokyo --topology - names /,
    ) as string;
    expect(JSON.parse(stdout)).toMatchObject({ sites: [{ says }] });
  });

  it('a plan that Lambda throttles was not begun: the error says so, and what to do', async () => {
    const line = ['config', 'diff', '-', '--router', 'tokyo-1'];
    const sites = new PushedSites();
    const { exitCode, stderr } = await sites.runThroughApi(line, { stdin: WIDER }, async ({ method }, call) =>
      method === 'POST' ? IMPATIENT : call(),
    );
    expect([exitCode, stderr]).toEqual([
      1,
      'tokyo: config-push is throttled: HTTP 503 Service Unavailable, and it has no record of the request\n' +
        '    hint: try again in a minute; vyos-failover doctor tokyo --topology - names what AWS has throttled\n',
    ]);
  });

  it('is no throttle if its function ended without an answer while the workstation was asleep', async () => {
    const sites = new PushedSites();
    const { world } = tokyoOf(sites);
    const line = ['config', 'diff', '-', '--router', 'tokyo-1'];
    const { exitCode, stderr } = await sites.runThroughApi(line, { stdin: WIDER }, async ({ method }, call) => {
      if (method === 'GET') return call();
      world.now += 3_600_000;
      return IMPATIENT;
    });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('was called and did not answer: HTTP 503')]);
  });

  it('an answer that is lost without a trace of the request is no throttle', async () => {
    const line = ['config', 'diff', '-', '--router', 'tokyo-1'];
    const { stderr } = await new PushedSites().runThroughApi(line, { stdin: WIDER }, async ({ method }, call) => {
      if (method === 'GET') return call();
      throw fault('TypeError', 'ECONNRESET');
    });
    expect(stderr).toContain('the API of tokyo was called and did not answer: it failed');
  });

  it('an installation that Ctrl-C abandons continues, and the command says so', async () => {
    const sites = new PushedSites();
    const interrupt = new AbortController();
    const plan = {
      outcome: 'planned',
      reason: 'planned',
      says: 'x',
      site: 'tokyo',
      remaining: ['tokyo-2'],
      routers: [],
    };
    const reach = async ({ body, signal }: { body?: unknown; signal?: AbortSignal | undefined }) => {
      if ((body as { dryRun: boolean }).dryRun) return { status: 200, body: plan };
      interrupt.abort();
      signal?.throwIfAborted();
      throw new Error('the wait was not ended');
    };
    const line = ['router', 'install', 'tokyo', '--topology', 'tokyo-virginia.yaml', '--yes'];
    const { exitCode, stderr } = await sites.runThroughApi(line, { signal: interrupt.signal }, reach);
    expect(exitCode).toBe(130);
    expect(stderr).toContain(
      'Interrupted. The installation that is under way at tokyo is finished; the same command then continues with the rest\n',
    );
  });

  it('that Ctrl-C abandons is rolled back, through the API as well', async () => {
    const sites = new PushedSites();
    const interrupt = new AbortController();
    const reach = async (
      { url, signal }: { url: string; signal?: AbortSignal | undefined },
      call: () => Promise<ApiAnswer>,
    ) => {
      if (!url.endsWith('config/push')) return call();
      interrupt.abort();
      signal?.throwIfAborted();
      return call();
    };
    const surroundings = { stdin: WIDER, signal: interrupt.signal };
    const { exitCode, stdout } = await sites.runThroughApi(PUSH, surroundings, reach);
    expect([exitCode, routersOf(stdout)]).toEqual([130, ['old old', 'old old']]);
    expect(sites.paths).toContain('POST config/undo');
  });

  it.each<[string, ApiAnswer | Error, RegExp]>([
    [
      'of a viewer',
      { status: 403, body: { message: 'Forbidden' } },
      /tokyo: your credentials do not permit .*\n {4}hint: .*OperatorPolicyArn/,
    ],
    ['without credentials', fault('CredentialsProviderError'), /tokyo: no valid AWS credentials/],
    [
      'at functions of an earlier version',
      { status: 404, body: { message: 'Not Found' } },
      /tokyo: the API of tokyo in .* does not have this request\n {4}hint: deploy this version .*--bypass-api/,
    ],
  ])('%s is refused with a sentence, and nothing is begun', async (_, answer, says) => {
    for (const line of [
      PUSH,
      ['config', 'diff', '-', '--router', 'tokyo-1', '--json'],
      ['router', 'install', 'tokyo', '--topology', 'tokyo-virginia.yaml', '--yes', '--json'],
    ]) {
      const sites = new PushedSites();
      const reach = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
      const { exitCode, stdout } = await sites.runThroughApi(line, { stdin: WIDER }, reach);
      const { says: what, hint } = JSON.parse(stdout) as { readonly says: string; readonly hint: string };
      expect([exitCode, `${what}\n    hint: ${hint}`]).toEqual([1, expect.stringMatching(says)]);
      expect([sites.paths.length, tokyoOf(sites).runs]).toEqual([1, 0]);
    }
  });

  it('of a topology that is too large is refused before it is sent', async () => {
    const sites = new PushedSites();
    const stdin = `${WIDER}\n#${'x'.repeat(1_000_000)}`;
    const { exitCode, stderr } = await sites.runThroughApi(PUSH.slice(0, -1), { stdin });
    expect([exitCode, stderr, sites.paths]).toEqual([2, expect.stringMatching(/has 1,00\d,\d+ characters/), []]);
  });
});
