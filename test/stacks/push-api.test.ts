import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { roleOf } from '#demo/account-of-topology.ts';
import type { Happening } from '#emulator/service.ts';
import { runCommandLine } from './program.ts';
import { PushableSite, pushableAssembly, withNewSubnet } from './pushable-site.ts';
import { changeTemplates, names, tokyo } from './site-under-test.ts';

/** As with a step of minutes and the API's 30 s: config-push is still reading the routers when the API gives up. */
const API_LIMIT_MS = 50;

let folder: string;
let file: string;
let built: Awaited<ReturnType<typeof pushableAssembly>>;
let site: PushableSite;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vyos-failover-push-api-'));
  file = join(folder, 'topology.yaml');
  writeFileSync(file, withNewSubnet);
  built = await pushableAssembly();
  changeTemplates(built.directory, ({ Resources }) => {
    const isTokyo = Object.values(Resources).some(
      ({ Properties }) => Properties?.['FunctionName'] === names.configPush,
    );
    if (!isTokyo) return;
    const policy = (start: string) => Object.keys(Resources).find((id) => id.startsWith(start)) ?? '';
    for (const { Type, Properties } of Object.values(Resources))
      if (Type === 'AWS::ApiGatewayV2::Integration' && JSON.stringify(Properties).includes('ConfigPush'))
        Properties['TimeoutInMillis'] = API_LIMIT_MS;
    Object.assign(Resources, {
      Viewers: roleWith('viewers', policy('AccessViewer')),
      Operators: roleWith('operators', policy('AccessOperator')),
      Movers: roleWith('movers', policy('AccessOperator'), WITHOUT_PUSHES),
    });
  });
  site = await PushableSite.start(built.directory);
});
afterAll(async () => {
  await site.close();
  built.remove();
  rmSync(folder, { recursive: true });
});
beforeEach(() => site.reset());

/** As docs/security.md recommends it for operators who may move routes and not change routers. */
const WITHOUT_PUSHES = ['config', 'programs'].map((path) => ({
  Effect: 'Deny',
  Action: 'execute-api:Invoke',
  Resource: `arn:aws:execute-api:*:*:*/$default/POST/v1/sites/tokyo/${path}/*`,
}));

/** A role of users with one of the site's two policies. @param more statements of its own */
function roleWith(RoleName: string, policy: string, more: readonly object[] = []) {
  const Statement = [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::123456789012:root' } },
  ];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement },
      ManagedPolicyArns: [{ Ref: policy }],
      Policies: more.map((statement, index) => ({
        PolicyName: `more-${index}`,
        PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
      })),
    },
  };
}

const keyOf = (role: string) => site.emulator.credentials.forRole(`arn:aws:iam::123456789012:role/${role}`, 'eve');

/** The command line of a session of a role. */
function runAs(role: string, line: readonly string[]) {
  const { accessKeyId, secretAccessKey, sessionToken } = keyOf(role);
  return runCommandLine(site.emulator, [...line, '--json'], {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });
}

const push = () => ['config', 'push', file, '--site', 'tokyo', '--yes'];
const commands = () => site.happenings().filter(({ kind }) => kind === 'command');
async function newest() {
  const { payload } = await site.emulator.invoke(names.routeSwap, { action: 'history', limit: 1 });
  return payload;
}

describe('a push that outlasts the API', () => {
  it('of an operator is carried out once, and recorded under the identity that AWS verified', async () => {
    const { code, stdout } = await runAs('operators', [...push(), '--by', 'the CEO']);
    expect(JSON.parse(stdout)).toMatchObject({ sites: [{ outcome: 'pushed', pushed: ['tokyo-2', 'tokyo-1'] }] });
    expect(code).toBe(0);
    expect(site.standby.running.join('\n')).toContain('10.1.16.0/20');
    expect(await newest()).toMatchObject([
      {
        kind: 'push',
        says: expect.stringMatching(/^assumed-role\/operators\/eve \("the CEO"\) pushed a configuration\./) as string,
        requestedBy: { arn: 'arn:aws:sts::123456789012:assumed-role/operators/eve', stated: 'the CEO' },
      },
    ]);
    const gaveUp = (each: Happening) => each.kind === 'http-api' && each.status === 503;
    expect(site.happenings().filter(gaveUp).length).toBeGreaterThan(0);
    const applied = commands().filter(
      (each) => each.kind === 'command' && each.status === 'Success' && each.document.includes('apply-config'),
    );
    // For each router: apply, and confirm.
    expect(applied).toHaveLength(4);
  });
});

describe('at a push, a comparison and an installation', () => {
  it.each(['viewers', 'movers', roleOf(tokyo.routers.standby)])(
    '%s gets 403 and a sentence, and no router is asked',
    async (role) => {
      const diff = ['config', 'diff', file, '--router', 'tokyo-1'];
      for (const line of [push(), diff, ['router', 'install', 'tokyo', '--yes']]) {
        const { code, stdout } = await runAs(role, line);
        expect([code, stdout]).toEqual([1, expect.stringMatching(/your credentials do not permit/)]);
      }
      expect(commands()).toEqual([]);
    },
  );

  it('an operator whom a policy denies pushes can still pause the site', async () => {
    const { code } = await runAs('movers', [
      'pause',
      'tokyo',
      '--for',
      '10m',
      '--reason',
      'test',
      '--topology',
      file,
      '--yes',
    ]);
    expect(code).toBe(0);
  });

  it('an operator cannot invoke the function itself, and whoever can is recorded as not verified', async () => {
    const { endpoint } = site.emulator;
    const client = new LambdaClient({
      endpoint,
      region: tokyo.region,
      credentials: keyOf('operators'),
      maxAttempts: 1,
    });
    const invoked = client.send(new InvokeCommand({ FunctionName: names.configPush, Payload: '{"action":"settle"}' }));
    await expect(invoked).rejects.toThrow(/lambda:InvokeFunction/);
    expect(await site.push(withNewSubnet)).toMatchObject({ outcome: 'pushed' });
    expect(await newest()).toMatchObject([
      { says: expect.stringMatching(/^ann \(not verified\) pushed/) as string, requestedBy: { stated: 'ann' } },
    ]);
  });
});
