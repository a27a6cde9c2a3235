import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AwsV4Signer } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import { type Answer, answerJson, CREDENTIALS, repeatedRequest } from './http-servers.ts';
import { readProcesses, TestRouter } from './router.fixture.ts';

const KEY = 'k5tGbn9VJOB4UoHpN+M8CGZ7pA1AlzGPyDTo1lQwPqA=';
const NAME = '/vyos-failover/tokyo-virginia/serf/tokyo';
const parameter = (value: string): Answer =>
  answerJson(200, { Parameter: { ARN: 'arn:aws:ssm:…', Name: NAME, Type: 'SecureString', Value: value, Version: 3 } });

async function prepared(template = `{"encrypt_key":"{{ssm:${NAME}}}","again":"{{ssm:${NAME}}}"}`): Promise<TestRouter> {
  const router = await TestRouter.start();
  router.usesCurl();
  await router.configure({ SSM_URL: router.apiUrl });
  router.api.answers = [parameter(KEY)];
  await writeFile(join(router.directory, 'in'), template);
  return router;
}

const fill = (router: TestRouter) =>
  router.run([join(router.directory, 'in'), join(router.directory, 'out')], { script: 'fill-secrets' });
const result = (router: TestRouter) => readFile(join(router.directory, 'out'), 'utf8').catch(() => undefined);

describe.each([
  ['curl', async () => undefined],
  ['our own hand', (router: TestRouter) => router.oldCurl()],
] as const)('fill-secrets, signing by %s', (_signer, prepare) => {
  it('puts the value where its name stands, for root’s eyes only, asking for each name once', async () => {
    const router = await prepared();
    await prepare(router);

    expect((await fill(router)).status).toBe(0);

    expect(await result(router)).toBe(`{"encrypt_key":"${KEY}","again":"${KEY}"}\n`);
    expect((await stat(join(router.directory, 'out'))).mode & 0o777).toBe(0o600);
    expect(router.api.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { Name: NAME, WithDecryption: true },
    ]);
  });

  it('signs for SSM, X-Amz-Target included', async () => {
    const router = await prepared();
    await prepare(router);
    await fill(router);

    const [request] = router.api.requests;
    expect(request?.headers['x-amz-target']).toBe('AmazonSSM.GetParameter');
    const signer = new AwsV4Signer({
      method: 'POST',
      url: `http://${request?.headers.host}/`,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameter' },
      body: request?.body ?? '',
      ...CREDENTIALS,
      service: 'ssm',
      region: 'ap-northeast-1',
      datetime: String(request?.headers['x-amz-date']),
      allHeaders: true,
    });
    const wanted = (await signer.sign()).headers.get('authorization');
    expect(request?.headers.authorization?.replaceAll(', ', ',')).toBe(wanted?.replaceAll(', ', ','));
  });

  it('shows the value in no command line, environment or log', async () => {
    const router = await prepared(`{{ssm:${NAME}}} {{ssm:/second}}`);
    await prepare(router);
    const seen: string[] = [];
    router.api.onRequest = async () => {
      for (const { cmdline, environ } of readProcesses()) seen.push(cmdline, environ);
    };

    const ended = await fill(router);

    expect(router.api.requests).toHaveLength(2);
    expect([...seen, await router.log(), ended.stderr].filter((text) => text.includes(KEY))).toEqual([]);
  });
});

describe('fill-secrets', () => {
  const denied = { __type: 'com.amazon.coral.service#AccessDeniedException', Message: 'not authorized' };
  it.each<[string, Answer, string]>([
    ['the role may not read it', answerJson(400, denied), `${NAME}: HTTP 400 AccessDeniedException not authorized`],
    ['it is not there', answerJson(400, { __type: 'ParameterNotFound' }), `${NAME}: HTTP 400 ParameterNotFound`],
    ['its value would end a quote', parameter("x'; reboot; '"), 'characters other than'],
    ['its value has an escape', parameter('a\\b'), 'characters other than'],
    ['it is empty', parameter(''), 'characters other than'],
  ])('keeps the old file, and logs the reason, when %s', async (_what, answer, reason) => {
    const router = await prepared();
    await writeFile(join(router.directory, 'out'), 'old');
    router.api.answers = [answer];

    const ended = await fill(router);

    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(reason);
    expect(await result(router)).toBe('old');
  });

  it.each(['{{ssm:no-slash}}', "{{ssm:/a'b}}", '{{aws:/x}}'])('takes %s for no name of a secret', async (template) => {
    const router = await prepared(template);

    expect((await fill(router)).status).toBe(1);
    expect(router.api.requests).toEqual([]);
    expect(await result(router)).toBeUndefined();
  });

  // RFC 2606: no resolver knows it.
  const DOMAIN = 'partition.invalid';

  it('uses SSM of the instance’s partition', async () => {
    const router = await prepared();
    await router.configure({ SSM_URL: 'default' });
    router.metadata.domain = DOMAIN;

    expect((await fill(router)).stderr).toContain(`no answer from https://ssm.ap-northeast-1.${DOMAIN}/`);
  });

  it('and so does a push', async () => {
    const router = await prepared();
    router.metadata.domain = DOMAIN;
    const program = `import sys; sys.path.insert(0, 'router/apply-config.d'); import parameters; parameters.fetch(['${NAME}'])`;
    const env = {
      ...process.env,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: router.metadataUrl,
      AWS_SSM_REGION_NAME: 'ap-northeast-1',
    };

    const ended = promisify(execFile)('/usr/bin/python3', ['-IBc', program], { env });

    await expect(ended).rejects.toThrow(`could not be fetched: no answer from https://ssm.ap-northeast-1.${DOMAIN}`);
  });

  it('shows nothing of what AWS repeats of a request whose signature it rejects: the session token is in it', async () => {
    const router = await prepared();
    const message = repeatedRequest(CREDENTIALS.sessionToken);
    router.api.answers = [answerJson(400, { __type: 'InvalidSignatureException', message })];

    const shown = `${(await fill(router)).stderr} ${await router.log()}`;

    expect(shown).toContain('InvalidSignatureException The request signature we calculated does not match');
    expect(shown).not.toContain(CREDENTIALS.sessionToken);
  });

  it('needs two arguments', async () => {
    const router = await prepared();
    expect((await router.run(['in'], { script: 'fill-secrets' })).status).toBe(2);
  });
});
