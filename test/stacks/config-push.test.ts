/** Pushes through the API of operators and past it: what takes the deployed stack, its permissions and its store to prove. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { roleOf } from '#demo/account-of-topology.ts';
import { runCommandLine } from './program.ts';
import { asDeployed, PushableSite, pushableAssembly, SECRET, withNewSubnet } from './pushable-site.ts';
import { addRoles } from './site-roles.ts';
import { changeTemplates, names, tokyo } from './site-under-test.ts';

/** As with a step of minutes and the API's 30 s: config-push is still reading the routers when the API gives up. */
const API_LIMIT_MS = 50;
/** In the configuration that is pushed, and not in the old one. */
const NEW = '10.1.16.0/20';

let folder: string;
let file: string;
let built: Awaited<ReturnType<typeof pushableAssembly>>;
let site: PushableSite;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vyos-failover-config-push-'));
  file = join(folder, 'topology.yaml');
  writeFileSync(file, withNewSubnet);
  built = await pushableAssembly();
  addRoles(built.directory);
  changeTemplates(built.directory, ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources))
      if (Type === 'AWS::ApiGatewayV2::Integration' && JSON.stringify(Properties).includes('ConfigPush'))
        Properties['TimeoutInMillis'] = API_LIMIT_MS;
  });
  site = await PushableSite.start(built.directory);
});
afterAll(async () => {
  await site.close();
  built.remove();
  rmSync(folder, { recursive: true });
});
beforeEach(() => site.reset());
afterEach(() => site.failIfSaid(SECRET));

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
const isNew = (lines: readonly string[]) => lines.some((line) => line.includes(NEW));
const commands = () => site.happenings().flatMap((each) => (each.kind === 'command' ? [each] : []));
async function history(more: object): Promise<unknown> {
  return (await site.emulator.invoke(names.routeSwap, { action: 'history', ...more })).payload;
}

describe('a push of an operator that outlasts the API', () => {
  it('goes once to the standby, then to the active, saves what is confirmed, and is announced and recorded under the identity that AWS verified', async () => {
    const { code, stdout } = await runAs('operators', [...push(), '--by', 'the CEO']);
    expect(JSON.parse(stdout)).toMatchObject({ sites: [{ outcome: 'pushed', pushed: ['tokyo-2', 'tokyo-1'] }] });
    expect(code).toBe(0);
    expect(site.happenings()).toContainEqual(expect.objectContaining({ kind: 'http-api', status: 503 }));
    const applied = commands().filter((each) => each.status === 'Success' && each.document.includes('apply-config'));
    const [standby, active] = [tokyo.routers.standby, tokyo.routers.active].map(({ instance }) => instance);
    // On each router: apply, and confirm.
    expect(applied.map(({ instance }) => instance)).toEqual([standby, standby, active, active]);
    expect([site.standby, site.active].map(({ saved, timers }) => [isNew(saved), timers])).toEqual([
      [true, []],
      [true, []],
    ]);
    const event = { kind: 'event', source: 'vyos-failover', detailType: 'Config Pushed' };
    expect(site.happenings()).toContainEqual(expect.objectContaining(event));
    const recorded = (await history({})) as [{ id: string }];
    const says = expect.stringMatching(
      /^assumed-role\/operators\/eve \("the CEO"\) pushed a configuration\./,
    ) as unknown;
    const arn = 'arn:aws:sts::123456789012:assumed-role/operators/eve';
    expect(recorded).toMatchObject([
      { kind: 'push', reason: 'config-pushed', says, requestedBy: { arn, stated: 'the CEO' } },
      { reason: 'config-pushed' },
    ]);
    const [{ id }] = recorded;
    const changes = { commands: expect.arrayContaining([expect.stringContaining(NEW)]) as unknown };
    expect(await history({ id })).toMatchObject([{ id, detail: { router: 'tokyo-1', changes } }]);
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
    const pause = ['pause', 'tokyo', '--for', '10m', '--reason', 'test', '--topology', file, '--yes'];
    expect(await runAs('movers', pause)).toMatchObject({ code: 0 });
  });

  it('an operator cannot invoke the function itself', async () => {
    const { endpoint } = site.emulator;
    const client = new LambdaClient({
      endpoint,
      region: tokyo.region,
      credentials: keyOf('operators'),
      maxAttempts: 1,
    });
    const invoked = client.send(new InvokeCommand({ FunctionName: names.configPush, Payload: '{"action":"settle"}' }));
    await expect(invoked).rejects.toThrow(/lambda:InvokeFunction/);
    client.destroy();
  });
});

describe('a push past the API', () => {
  it('shows changes by others without secrets, fetches keys with the router’s permission, gives way to another push, and is recorded as not verified', async () => {
    const old = site.standby.running;
    site.standby.running = old.filter((line) => !line.includes(SECRET));
    site.active.running = [
      ...site.active.running,
      'set protocols bgp neighbor 169.254.10.2 password hunter2',
      'set protocols bgp neighbor 169.254.10.2 shutdown',
    ];
    const agreed = await site.plan(asDeployed, ['drift']);
    expect(agreed.routers).toMatchObject([
      {
        name: 'tokyo-2',
        commands: [
          "set vpn ipsec authentication psk virginia-2 secret '{{ssm:/vyos-failover/tokyo-virginia/psk/tokyo-2--virginia-2}}'",
        ],
      },
      {
        name: 'tokyo-1',
        drift: {
          added: [
            'set protocols bgp neighbor 169.254.10.2 password (not shown)',
            'set protocols bgp neighbor 169.254.10.2 shutdown',
          ],
        },
      },
    ]);
    const denied = site.emulator.faults.add({ kind: 'denied', action: 'ssm:GetParameter' });
    const refused = await site.push(asDeployed, ['drift'], agreed);
    expect([refused.outcome, refused.says]).toEqual([
      'refused',
      expect.stringMatching(/psk\/tokyo-2--virginia-2 could not be fetched: AccessDenied/),
    ]);
    site.emulator.faults.remove(denied);
    const both = await Promise.all([1, 2].map(() => site.push(asDeployed, ['drift'], agreed)));
    expect(new Set(both.map(({ outcome, reason }) => (outcome === 'pushed' ? outcome : reason)))).toEqual(
      new Set(['push-under-way', 'pushed']),
    );
    expect(site.standby.running).toEqual(old);
    const says = expect.stringMatching(/^ann \(not verified\) pushed/) as unknown;
    expect(await history({ limit: 1 })).toMatchObject([{ says, requestedBy: { stated: 'ann' } }]);
    expect(site.everythingSaid()).not.toContain('hunter2');
  });
});

describe('an abandoned push', () => {
  it('is found by the probe and settled by config-push, each with its own permissions', async () => {
    await leaveBehind({ router: 'tokyo-2', attempt: 'aaaaaaaa-0000', undoneBy: 1 });
    await site.emulator.invoke(names.healthProbe, {});
    // Of the alarm push-failed, which the push that was undone has put up.
    const failed = { kind: 'metric', name: 'ConfigPushFailed', value: 1 };
    await expect.poll(() => site.happenings(), { timeout: 15_000 }).toContainEqual(expect.objectContaining(failed));
    expect(await history({})).toMatchObject([{ reason: expect.stringMatching(/^config-settled-/) as unknown }]);
    expect(await site.plan(asDeployed)).not.toHaveProperty('interrupted');
  });
});

/** The journal of a run that crashed long ago, written with config-push's own role. */
async function leaveBehind(applying: object): Promise<void> {
  const { resources } = site.emulator.stack(names.stack);
  const [, role] = [...resources].find(([id]) => id.startsWith('ConfigPushRole')) ?? [];
  const { endpoint, credentials } = site.emulator;
  const db = new DynamoDBClient({
    endpoint,
    region: tokyo.region,
    credentials: credentials.forRole(`arn:aws:iam::123456789012:role/${role?.identity.ref}`, 'session'),
  });
  const journal = {
    id: 'push-0',
    by: 'ann',
    at: 1,
    run: 'r',
    leasedUntil: 0,
    done: [],
    finished: false,
    applying: { state: 'held', commands: 1, lines: [], others: [], ...applying },
  };
  const Item = marshall({ pk: 'push', sk: 'journal', journal });
  await db.send(new PutItemCommand({ TableName: site.emulator.stackOutputs(names.stack)['SiteTableName'], Item }));
  db.destroy();
}
