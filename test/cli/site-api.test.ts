import { describe, expect, it } from 'vitest';
import type { ApiAnswer, SignedRequest } from '#aws/signed-request.ts';
import type { Call } from '#cli/environment.ts';
import { AskedSite } from './asked-site.ts';

const URL_OF_API = 'https://abc.execute-api.ap-northeast-1.amazonaws.com';
const MOVE = ['switchover', 'tokyo', '--to', 'tokyo-2', '--reason', 'kernel', '--yes', '--json'];
const gateway = (status: number, message: string): ApiAnswer => ({ status, body: { message } });
const fault = (name: string, code?: string) => Object.assign(new Error('it failed'), { name, ...(code && { code }) });

const DECISION = { kind: 'swap', reason: 'operator', says: 'tokyo-2 takes the routes.' };
const PREVIEW: ApiAnswer = { status: 200, body: { decision: DECISION, atLeastMs: 0 } };
const RESULT = {
  outcome: 'swapped',
  reason: 'operator',
  says: 'tokyo-2 takes the routes.',
  site: 'tokyo',
  owner: 'tokyo-2',
  epoch: 1,
  moved: [{ table: 'rtb-1', destination: '10.2.0.0/20' }],
  remaining: [],
  foreign: [],
  lockBypassed: false,
  tookMs: 45_000,
};

/** A site whose API answers so, in this order; the last answer repeats. */
function apiOf(...answers: readonly (ApiAnswer | Error)[]) {
  const asked: SignedRequest[] = [];
  const callApi = (request: SignedRequest): Promise<ApiAnswer> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] as ApiAnswer | Error;
    asked.push(request);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return {
    asked,
    paths: () => asked.map(({ method, url }) => `${method} ${url.replace(URL_OF_API, '').replace(/\?.*/, '')}`),
    run: (line: readonly string[], invoke?: (call: Call) => unknown) =>
      new AskedSite().run(line, { apiUrl: () => Promise.resolve(URL_OF_API), callApi, ...(invoke && { invoke }) }),
  };
}

describe('a site with an API', () => {
  it('gets a GET for what changes nothing, and a POST for a move; a name travels only if it was typed', async () => {
    const api = apiOf(PREVIEW, { status: 200, body: RESULT });
    expect((await api.run(MOVE)).exitCode).toBe(0);
    expect(api.paths()).toEqual(['GET /v1/sites/tokyo/plan', 'POST /v1/sites/tokyo/switchover']);
    expect(api.asked[1]).toMatchObject({ region: 'ap-northeast-1', body: { to: 'tokyo-2', reason: 'kernel' } });
    expect(api.asked[1]?.body).not.toHaveProperty('by');
    const named = apiOf(PREVIEW, { status: 200, body: RESULT });
    await named.run([...MOVE, '--by', 'bob']);
    expect(named.asked[1]?.body).toHaveProperty('by', 'bob');
  });

  it('whose function fails: the next step is its log; the status only after what may have acted', async () => {
    const failed: ApiAnswer = { status: 500, body: { outcome: 'failed', reason: 'failed', says: 'It failed.' } };
    const stderrOf = async (line: string) => (await apiOf(failed).run(line.split(' '))).stderr;
    const seeLogs = 'tokyo: It failed.\n    hint: the log groups of its functions say more\n';
    expect(await stderrOf('status tokyo')).toBe(seeLogs);
    expect(await stderrOf('history tokyo')).toBe(seeLogs);
    expect(await stderrOf('switchover tokyo --to tokyo-2 --reason x --yes')).toBe(seeLogs);
    expect(await stderrOf('pause tokyo --for 5m --reason x --yes')).toContain(
      'hint: check the site (vyos-failover status tokyo) and the log groups of its functions',
    );
  });

  it('that does not wait for a long swap: the result is asked for by its id', async () => {
    const api = apiOf(
      PREVIEW,
      gateway(503, 'Service Unavailable'),
      { status: 200, body: { state: 'under-way' } },
      fault('TypeError', 'ECONNRESET'),
      { status: 200, body: { state: 'ended', result: RESULT } },
    );
    const { exitCode, stdout, stderr } = await api.run(MOVE);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'swapped', owner: 'tokyo-2', tookMs: 45_000 });
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('Waiting for its result')]);
    expect(api.paths().slice(2)).toEqual(Array.from({ length: 3 }, () => 'GET /v1/sites/tokyo/results/id-1'));
  });

  it.each(['EPIPE', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])(
    'whose connection ends with %s: the move may have begun, and its result is asked for',
    async (code) => {
      const api = apiOf(PREVIEW, fault('Error', code), { status: 200, body: { state: 'ended', result: RESULT } });
      const { exitCode, stdout } = await api.run(MOVE);
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { outcome: 'swapped' }]);
      expect(api.paths().at(-1)).toBe('GET /v1/sites/tokyo/results/id-1');
    },
  );

  it('that answers nothing for all the time that the function may take is still asked for the result', async () => {
    let now = Date.parse('2026-11-23T03:00:00Z');
    const callApi = async ({ method, url, timeoutMs }: SignedRequest): Promise<ApiAnswer> => {
      if (url.includes('/plan')) return PREVIEW;
      if (method === 'GET') return { status: 200, body: { state: 'ended', result: RESULT } };
      now += timeoutMs;
      throw fault('Error', 'ECONNRESET');
    };
    const around = { apiUrl: () => Promise.resolve(URL_OF_API), callApi, now: () => now };
    const { exitCode, stdout } = await new AskedSite().run(MOVE, around);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { outcome: 'swapped' }]);
  });

  it('in which no trace of the move is found: it says that it may have acted, and ends with 1', async () => {
    const api = apiOf(PREVIEW, gateway(503, 'Service Unavailable'), { status: 200, body: { state: 'unknown' } });
    const { exitCode, stderr } = await api.run(MOVE);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/did not answer: HTTP 503 .*\n {4}hint: it may have acted; .* status tokyo/);
    expect(api.asked).toHaveLength(2 + 5);
  });

  it('that is permitted to operators only: the hint does not name the policy that a viewer has', async () => {
    const { exitCode, stderr } = await apiOf(PREVIEW, gateway(403, 'Forbidden')).run(MOVE);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/attach the policy OperatorPolicyArn of/)]);
  });

  it.each<[string, ApiAnswer | Error, RegExp]>([
    ['is not permitted', gateway(403, 'Forbidden'), /do not permit .*\n {4}hint: .*ViewerPolicyArn.*--bypass-api/],
    ['is of an earlier version', gateway(404, 'Not Found'), /does not have this request\n {4}hint: deploy/],
    ['is throttled', gateway(429, 'Too Many Requests'), /is throttled/],
    ['cannot be reached', fault('Error', 'ENOTFOUND'), /cannot be reached: it failed\n {4}hint: .*--bypass-api/],
    ['takes no credentials', fault('CredentialsProviderError'), /no valid AWS credentials/],
    [
      'ends with an error',
      { status: 500, body: { outcome: 'failed', says: 'EC2 is silent.' } },
      /tokyo: EC2 is silent/,
    ],
    ['rejects the request', { status: 400, body: { outcome: 'refused', says: 'No such router.' } }, /No such router/],
    ['answers nonsense', { status: 200, body: 'x' }, /cannot read the answer of the API of tokyo/],
  ])('that %s: a sentence, a hint, and 1', async (_, answer, says) => {
    const { exitCode, stderr } = await apiOf(answer).run(['history', 'tokyo']);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(says)]);
  });
});

it('history --json has the verified caller of each request, and null for one that bypassed the API', async () => {
  const entry = {
    at: 0,
    id: 'm',
    detector: 'operator',
    outcome: 'noted',
    reason: 'operator',
    says: 'x',
    kind: 'operator',
  };
  const arn = 'arn:aws:iam::123456789012:user/ann';
  const body = [{ ...entry, requestedBy: { arn } }, { ...entry, requestedBy: { stated: 'bob' } }, entry];
  const { stdout } = await apiOf({ status: 200, body }).run(['history', 'tokyo', '--json']);
  const { entries } = JSON.parse(stdout) as { readonly entries: readonly { readonly requestedBy: unknown }[] };
  expect(entries.map(({ requestedBy }) => requestedBy)).toEqual([
    { arn, stated: null },
    { arn: null, stated: 'bob' },
    null,
  ]);
});

it('--bypass-api, before or after the command, invokes the function instead', async () => {
  for (const line of [
    ['--bypass-api', 'history', 'tokyo'],
    ['history', 'tokyo', '--bypass-api'],
  ]) {
    const api = apiOf(gateway(500, 'Internal Server Error'));
    const invoked: Call[] = [];
    const { exitCode } = await api.run(line, (call) => {
      invoked.push(call);
      return [];
    });
    expect([exitCode, api.asked, invoked.map(({ payload }) => payload)]).toEqual([
      0,
      [],
      [{ action: 'history', limit: 20 }],
    ]);
  }
});
