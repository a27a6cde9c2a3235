import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Answered, asDeployed, PushableSite, pushableAssembly, SECRET, withNewSubnet } from './pushable-site.ts';
import { changed, names, tokyo } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof pushableAssembly>>;
let site: PushableSite;
let old: { active: readonly string[]; standby: readonly string[] };
/** In the configuration that is pushed, and not in the old one. */
const NEW = '10.1.16.0/20';

beforeAll(async () => {
  built = await pushableAssembly();
  site = await PushableSite.start(built.directory);
  old = { active: site.active.running, standby: site.standby.running };
});
afterAll(async () => {
  await site.close();
  built.remove();
});
beforeEach(() => site.reset());
afterEach(() => site.failIfSaid(SECRET));

const isNew = (lines: readonly string[]) => lines.some((line) => line.includes(NEW));

function expectOldEverywhere(): void {
  expect(site.standby.running).toEqual(old.standby);
  expect(site.active.running).toEqual(old.active);
  expect([...site.standby.timers, ...site.active.timers]).toEqual([]);
}

describe('a push', () => {
  it('goes to the standby, then to the active, saves what is confirmed, and is announced', async () => {
    const agreed = await site.plan(withNewSubnet);
    const push = () => site.push(withNewSubnet, [], agreed);
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2', remaining: ['tokyo-1'] });
    expect([isNew(site.standby.saved), isNew(site.active.running)]).toEqual([true, false]);
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-1', remaining: [] });
    expect([isNew(site.active.saved), ...site.active.timers, ...site.standby.timers]).toEqual([true]);
    expect(await push()).toMatchObject({ outcome: 'unchanged' });
    const event = { kind: 'event', source: 'vyos-failover', detailType: 'Config Pushed' };
    expect(site.happenings()).toContainEqual(expect.objectContaining(event));
    const history = (await site.emulator.invoke(names.routeSwap, { action: 'history' })).payload;
    expect(history).toMatchObject([{ reason: 'config-pushed' }, { reason: 'config-pushed' }]);
    const [{ id }] = history as [{ id: string }];
    const detailed = (await site.emulator.invoke(names.routeSwap, { action: 'history', id })).payload;
    const commands = expect.arrayContaining([expect.stringContaining(NEW)]) as unknown;
    expect(detailed).toMatchObject([{ id, detail: { router: 'tokyo-1', changes: { commands } } }]);
  });

  it('fetches a key by its name, on the router, and sets it there', async () => {
    site.standby.running = old.standby.filter((line) => !line.includes(SECRET));
    const agreed = await site.plan(asDeployed, ['drift']);
    expect(agreed.routers?.[0]?.commands).toEqual([
      "set vpn ipsec authentication psk virginia-2 secret '{{ssm:/vyos-failover/tokyo-virginia/psk/tokyo-2--virginia-2}}'",
    ]);
    expect(await site.push(asDeployed, ['drift'], agreed)).toMatchObject({ outcome: 'pushed' });
    expect(site.standby.running).toEqual(old.standby);
  });
});

describe('what goes wrong leaves the old configuration, and says so', () => {
  it('BGP that does not come back, with an alarm', async () => {
    site.standby.faults({ bgpDownWith: NEW });
    const { outcome, says } = await site.push(withNewSubnet);
    expect([outcome, says]).toEqual([
      'undone',
      expect.stringContaining('BGP sessions did not come back: its session with 169.254.10.6'),
    ]);
    expectOldEverywhere();
    const alarm = { kind: 'alarm', name: `${names.stack}--push-failed`, state: 'ALARM' };
    await expect.poll(() => site.happenings()).toContainEqual(expect.objectContaining(alarm));
  });
});

describe('changes that no push made', () => {
  const stranger = [
    'set protocols bgp neighbor 169.254.10.2 password hunter2',
    'set protocols bgp neighbor 169.254.10.2 shutdown',
  ];

  it('are shown without secrets and refused, and given up only by name', async () => {
    site.active.running = [...old.active, ...stranger];
    const plan = await site.plan(withNewSubnet);
    expect(drift(plan)).toEqual([
      'set protocols bgp neighbor 169.254.10.2 password (not shown)',
      'set protocols bgp neighbor 169.254.10.2 shutdown',
    ]);
    const refused = await site.push(withNewSubnet, [], plan);
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'drift', router: 'tokyo-1' });
    expect([isNew(site.standby.running), isNew(site.active.running)]).toEqual([false, false]);
    const agreed = await site.plan(withNewSubnet, ['drift']);
    await site.push(withNewSubnet, ['drift'], agreed);
    expect(await site.push(withNewSubnet, ['drift'], agreed)).toMatchObject({ outcome: 'pushed', router: 'tokyo-1' });
    expect(site.active.running.join('\n')).not.toMatch(/hunter2|shutdown/);
    expect(site.everythingSaid()).not.toContain('hunter2');
  });
});

describe('a push gives way', () => {
  it('to another push', async () => {
    const agreed = await site.plan(withNewSubnet);
    const both = await Promise.all([site.push(withNewSubnet, [], agreed), site.push(withNewSubnet, [], agreed)]);
    expect(new Set(both.map(({ outcome, reason }) => (outcome === 'pushed' ? outcome : reason)))).toEqual(
      new Set(['push-under-way', 'pushed']),
    );
  });
});

describe('an abandoned push', () => {
  it('is found by the probe and settled by config-push, each with its own permissions', async () => {
    await leaveBehind({ router: 'tokyo-2', attempt: 'aaaaaaaa-0000', undoneBy: 1 });
    await site.emulator.invoke(names.healthProbe, {});
    // Of the alarm push-failed, which the push that was undone has put up.
    const failed = { kind: 'metric', name: 'ConfigPushFailed', value: 1 };
    await expect.poll(() => site.happenings(), { timeout: 15_000 }).toContainEqual(expect.objectContaining(failed));
    const history = (await site.emulator.invoke(names.routeSwap, { action: 'history' })).payload;
    expect(history).toMatchObject([{ reason: expect.stringMatching(/^config-settled-/) as unknown }]);
    expect(await site.plan(asDeployed)).not.toHaveProperty('interrupted');
  });
});

describe('a permission that is missing', () => {
  it('of the routers to fetch their keys: refused, by name', async () => {
    const copy = changed(built.directory, ({ Resources }) => {
      for (const { Type, Properties } of Object.values(Resources)) {
        if (Type !== 'AWS::IAM::ManagedPolicy') continue;
        const { Statement } = Properties.PolicyDocument as { Statement: { Action: unknown }[] };
        Statement.splice(0, Statement.length, ...Statement.filter(({ Action }) => Action !== 'ssm:GetParameter'));
      }
    });
    await site.emulator.deploy(copy.directory);
    onTestFinished(async () => {
      await site.emulator.deploy(built.directory);
      copy.remove();
    });
    site.standby.running = old.standby.filter((line) => !line.includes(SECRET));
    const answer = await site.push(asDeployed, ['drift']);
    expect([answer.outcome, answer.says]).toEqual([
      'refused',
      expect.stringMatching(/psk\/tokyo-2--virginia-2 could not be fetched: AccessDenied/),
    ]);
  });
});

function drift({ routers = [] }: Answered): string[] {
  return routers.flatMap((router) => router.drift.added).toSorted();
}

/** The journal of a run that crashed long ago, written with config-push's own role. */
async function leaveBehind(applying: object): Promise<void> {
  await site.plan(asDeployed);
  const callers = site.emulator.happenings.flatMap((each) => (each.kind === 'call' ? [each.caller] : []));
  const own = callers
    .map((caller) => /assumed-role\/(.+)\/(.+)$/.exec(caller) ?? [])
    .find(([, , name]) => name === names.configPush);
  const db = new DynamoDBClient({
    endpoint: site.emulator.endpoint,
    region: tokyo.region,
    credentials: site.emulator.credentials.forRole(`arn:aws:iam::123456789012:role/${own?.[1]}`, 'session'),
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
}
