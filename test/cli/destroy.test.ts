import { beforeEach, describe, expect, test } from 'vitest';
import { commandLine, type Surroundings } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

const PREFIX = 'vyos-failover-created';
const ROUTERS = [
  'tokyo--router--tokyo-1',
  'tokyo--router--tokyo-2',
  'virginia--router--virginia-1',
  'virginia--router--virginia-2',
];
const SITES = ['tokyo', 'virginia'];
const HISTORY = `${PREFIX}--tokyo-Memory710B521B-1ABC`;
const ADDRESSES = ['tokyo--addresses', 'virginia--addresses'];

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
  for (const name of [...ROUTERS, ...SITES, ...ADDRESSES]) cloud.add(`${PREFIX}--${name}`);
  for (const [index, site] of ['Tokyo', 'Virginia'].entries()) {
    const addresses = cloud.stacks.get(`${PREFIX}--${site.toLowerCase()}--addresses`);
    for (const number of [1, 2]) {
      const id = `0${2 * index + number}`;
      Object.assign(addresses?.outputs ?? {}, { [`${site}${number}InterfaceId`]: `eni-${id}` });
      cloud.attached.set(`eni-${id}`, { instance: `i-${id}`, since: 0 });
    }
  }
});

const run = (line: readonly string[], around: Surroundings = {}) =>
  commandLine(['destroy', 'created.yaml', ...line], { cloud, ...around });
const asJson = async (line: readonly string[], around: Surroundings = {}) => {
  const { exitCode, stdout, stderr } = await run([...line, '--json'], around);
  return { exitCode, stderr, view: JSON.parse(stdout) as Record<string, unknown> };
};
/** Names of the stacks whose deletion was begun, in order. */
const deleted = () =>
  cloud.calls.filter((call) => call.startsWith('delete ')).map((call) => call.slice(`delete ${PREFIX}--`.length));

test('deletes routers, then sites, then addresses, and says what remains', async () => {
  cloud.tables = [HISTORY, `${PREFIX}--tokyo-2-Memory-1`, 'another'];
  const { exitCode, stdout, stderr } = await run(['--yes']);
  expect(exitCode).toBe(0);
  expect(deleted()).toEqual([...ROUTERS, ...SITES, ...ADDRESSES]);
  expect(stderr).toContain(
    'warning: tokyo (ap-northeast-1): its routers are deleted. 10.1.0.0/20 loses the connection with virginia.',
  );
  expect(stdout).toMatchInlineSnapshot(`
    "✓ created: 8 stacks deleted.
    STACK                                                REGION          STATE
    vyos-failover-created--tokyo--router--tokyo-1        ap-northeast-1  deleted
    vyos-failover-created--tokyo--router--tokyo-2        ap-northeast-1  deleted
    vyos-failover-created--virginia--router--virginia-1  us-east-1       deleted
    vyos-failover-created--virginia--router--virginia-2  us-east-1       deleted
    vyos-failover-created--tokyo                         ap-northeast-1  deleted
    vyos-failover-created--virginia                      us-east-1       deleted
    vyos-failover-created--tokyo--addresses              ap-northeast-1  deleted
    vyos-failover-created--virginia--addresses           us-east-1       deleted

    What remains:
      The history of tokyo, table vyos-failover-created--tokyo-Memory710B521B-1ABC in ap-northeast-1: aws dynamodb delete-table --region ap-northeast-1 --table-name vyos-failover-created--tokyo-Memory710B521B-1ABC (to read it: vyos-failover history --table vyos-failover-created--tokyo-Memory710B521B-1ABC --region ap-northeast-1).
      2 keys in SSM of ap-northeast-1: aws ssm delete-parameters --region ap-northeast-1 --names /vyos-failover/created/psk/tokyo-1--virginia-1 /vyos-failover/created/psk/tokyo-2--virginia-2.
      2 keys in SSM of us-east-1: aws ssm delete-parameters --region us-east-1 --names /vyos-failover/created/psk/tokyo-1--virginia-1 /vyos-failover/created/psk/tokyo-2--virginia-2.
      Bundles and code, in the bucket of CDK's bootstrap (cdk-…-assets-ACCOUNT-REGION) of ap-northeast-1, us-east-1: npx cdk gc --unstable=gc aws://ACCOUNT/REGION.
      If there is a file created.addresses.json, its addresses no longer exist: delete it.
    "
  `);
});

test('--dry-run names the tables that would remain', async () => {
  cloud.tables = [HISTORY];
  const { exitCode, stdout } = await run(['--dry-run']);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`  The history of tokyo, table ${HISTORY} in `)]);
  expect(deleted()).toEqual([]);
});

test('names the tables that remain also after a deletion that had failed, and after one that is complete', async () => {
  cloud.tables = [HISTORY, `${PREFIX}--virginia-Memory-2`];
  cloud.onDelete = (name) => (stack) => {
    if (name.endsWith('--virginia')) stack.status = 'DELETE_FAILED';
  };
  const histories = async () => {
    const { exitCode, stdout } = await run(['--yes']);
    return [
      exitCode,
      stdout.split('\n').flatMap((line) => /The history of (\S+), table (\S+) in/.exec(line)?.[2] ?? []),
    ];
  };
  expect(await histories()).toEqual([1, cloud.tables]);
  cloud.onDelete = () => () => undefined;
  expect(await histories()).toEqual([0, cloud.tables]);
  expect(await histories()).toEqual([0, cloud.tables]);
});

test('says which tables may remain if DynamoDB does not answer', async () => {
  cloud.listTables = () => Promise.reject(new Error('AccessDenied'));
  const { exitCode, stdout } = await run(['--yes']);
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringContaining(
      `The history of tokyo, a table in ap-northeast-1 whose name begins with ${PREFIX}--tokyo-Memory`,
    ),
  ]);
});

test('names the keys that exist, and all of them if SSM does not answer', async () => {
  const keys = async () => (await run(['--dry-run'])).stdout.split('\n').filter((line) => line.includes(' in SSM of '));
  cloud.missingParameters.add('/vyos-failover/created/psk/tokyo-1--virginia-1');
  expect(await keys()).toEqual([
    expect.stringMatching(/^ {2}1 key in SSM of ap-northeast-1: .*tokyo-2--virginia-2\.$/),
    expect.stringContaining('1 key in SSM of us-east-1: '),
  ]);
  cloud.missingParameters.add('/vyos-failover/created/psk/tokyo-2--virginia-2');
  expect(await keys()).toEqual([]);
  cloud.existingParameters = () => Promise.reject(new Error('AccessDenied'));
  expect(await keys()).toEqual([
    expect.stringContaining('2 keys in SSM of ap-northeast-1, if they exist: '),
    expect.stringContaining('2 keys in SSM of us-east-1, if they exist: '),
  ]);
});

test('turns termination protection off before it deletes the stack of a router', async () => {
  await run(['--yes']);
  const off = cloud.calls.indexOf('allow termination of i-01');
  expect(off).toBeGreaterThanOrEqual(0);
  expect(off).toBeLessThan(cloud.calls.indexOf(`delete ${PREFIX}--tokyo--router--tokyo-1`));
});

test('begins a phase only when the one before is over', async () => {
  const begunWhenGone = new Map<string, readonly string[]>();
  cloud.onDelete = (name) => () => void begunWhenGone.set(name.slice(`${PREFIX}--`.length), deleted());
  await run(['--yes']);
  expect(ROUTERS.map((name) => begunWhenGone.get(name))).toEqual(ROUTERS.map(() => ROUTERS));
  expect(SITES.map((name) => begunWhenGone.get(name))).toEqual(SITES.map(() => [...ROUTERS, ...SITES]));
});

describe('asks for the name of the topology', () => {
  test.each(['y\n', 'yes\n', '\n', '', 'tokyo\n'])('and takes %j for no', async (stdin) => {
    const { exitCode, stdout } = await run([], { terminal: true, stdin });
    expect(exitCode).toBe(4);
    expect(stdout).toContain('Declined; nothing was changed.');
    expect(cloud.calls).toEqual([]);
  });

  test('and acts on the name', async () => {
    const { exitCode, stderr } = await run([], { terminal: true, stdin: 'created\n' });
    expect(stderr).toContain('Enter the name of the topology (created) to delete 8 stacks: ');
    expect(exitCode).toBe(0);
  });
});

test('--dry-run shows the stacks and what would remain', async () => {
  const { exitCode, view } = await asJson(['--dry-run']);
  expect(exitCode).toBe(0);
  expect(view).toMatchObject({ schema: 'vyos-failover.destroy/1', outcome: 'planned', dryRun: true });
  expect(view['stacks']).toHaveLength(8);
  expect(JSON.stringify(view['remains'])).toContain('aws ssm delete-parameters --region us-east-1');
  expect(cloud.calls).toEqual([]);
});

test('a stack that cannot be deleted ends with 1 and its reason; the same command continues', async () => {
  const why = 'resource vpc-01 has dependencies and cannot be deleted';
  cloud.onDelete = (name) => (stack) => {
    if (!name.endsWith('tokyo--addresses')) return;
    stack.status = 'DELETE_FAILED';
    stack.operation = { failed: [{ resource: 'Vpc', type: 'AWS::EC2::VPC', reason: why }], kept: [] };
  };
  const { exitCode, view } = await asJson(['--yes']);
  expect(exitCode).toBe(1);
  expect(view).toMatchObject({ outcome: 'failed', next: 'vyos-failover destroy created.yaml' });
  expect(view['stacks']).toContainEqual(
    expect.objectContaining({
      name: `${PREFIX}--tokyo--addresses`,
      state: 'failed',
      why: [`Vpc (AWS::EC2::VPC): ${why}`],
    }),
  );
  cloud.onDelete = () => () => undefined;
  cloud.calls.length = 0;
  expect((await asJson(['--yes'])).exitCode).toBe(0);
  expect(deleted()).toEqual(['tokyo--addresses']);
  expect(await asJson(['--yes'])).toMatchObject({ exitCode: 0, view: { outcome: 'absent' } });
});

test('a failure in one phase stops the next', async () => {
  cloud.onDelete = (name) => (stack) => {
    if (name.endsWith('virginia-2')) stack.status = 'DELETE_FAILED';
  };
  expect((await run(['--yes'])).exitCode).toBe(1);
  expect(deleted()).toEqual(ROUTERS);
});

test('a deleted stack is one, and the next phase begins, although CloudFormation does not say what the deletion left', async () => {
  cloud.lastOperation = () => Promise.reject(new Error('Rate exceeded'));
  const { exitCode, view } = await asJson(['--yes']);
  expect([exitCode, view['outcome'], deleted()]).toEqual([0, 'destroyed', [...ROUTERS, ...SITES, ...ADDRESSES]]);
  const name = `${PREFIX}--tokyo`;
  expect(view['stacks']).toContainEqual(expect.objectContaining({ name, state: 'deleted', why: [], kept: [] }));
  expect(view['remains']).toContainEqual(
    `What else ${name} left in ap-northeast-1 could not be read: the call to CloudFormation in ap-northeast-1 failed: Error: Rate exceeded.`,
  );
});

test('a stack that is deleted when Ctrl-C arrives is shown as deleted', async () => {
  const interrupt = new AbortController();
  cloud.lastOperation = () => {
    interrupt.abort();
    return Promise.reject(new Error('aborted'));
  };
  const { exitCode, view } = await asJson(['--yes', '--site', 'tokyo'], { signal: interrupt.signal });
  expect([exitCode, view['outcome']]).toEqual([130, 'interrupted']);
  expect(view['stacks']).toMatchObject([
    { state: 'deleted' },
    { state: 'deleted' },
    { state: 'exists' },
    { state: 'exists' },
  ]);
});

test('Ctrl-C ends the waiting; the next run waits for what has begun and deletes the others', async () => {
  const interrupt = new AbortController();
  const sleep = () => Promise.resolve(interrupt.abort());
  const { exitCode, view } = await asJson(['--yes'], { signal: interrupt.signal, sleep });
  expect(exitCode).toBe(130);
  expect(view).toMatchObject({ outcome: 'interrupted', next: 'vyos-failover destroy created.yaml' });
  expect(deleted()).toEqual(ROUTERS);
  expect((await asJson(['--yes'])).exitCode).toBe(0);
  expect(deleted()).toEqual([...ROUTERS, ...SITES, ...ADDRESSES]);
});

test('waits for an update that is under way', async () => {
  const stack = cloud.stacks.get(`${PREFIX}--tokyo--router--tokyo-1`);
  if (stack === undefined) throw new Error('no stack');
  stack.status = 'UPDATE_IN_PROGRESS';
  stack.underWay = { polls: 4, ends: (ended) => void (ended.status = 'UPDATE_COMPLETE') };
  const statuses: string[] = [];
  cloud.onDelete = (name) => {
    if (name.endsWith('tokyo-1')) statuses.push(stack.status);
    return () => undefined;
  };
  expect((await run(['--yes'])).exitCode).toBe(0);
  expect(statuses).toEqual(['UPDATE_COMPLETE']);
});

test('--site deletes the stacks of one site, and names what still refers to it', async () => {
  const { exitCode, stderr, view } = await asJson(['--site', 'tokyo', '--yes']);
  expect(exitCode).toBe(0);
  expect(deleted()).toEqual([...ROUTERS.slice(0, 2), 'tokyo', 'tokyo--addresses']);
  expect(stderr).toContain('The configurations and stacks of virginia still name tokyo: remove it from the topology');
  expect(JSON.stringify(view['remains'])).not.toContain('delete-parameters');
});

test('of sites that exist only the stacks of the sites are deleted', async () => {
  const existing = 'vyos-failover-tokyo-virginia--';
  for (const site of SITES) cloud.add(`${existing}${site}`);
  const { exitCode, stderr } = await commandLine(['destroy', 'tokyo-virginia.yaml', '--yes'], { cloud });
  expect(exitCode).toBe(0);
  expect(cloud.calls).toEqual(SITES.map((site) => `delete ${existing}${site}`));
  expect(stderr).toContain('its routers and routes stay as they are');
});

test('deletes stacks with termination protection, which it turns off for each when its turn comes', async () => {
  for (const name of [...SITES, ...ADDRESSES])
    Object.assign(cloud.stacks.get(`${PREFIX}--${name}`) ?? {}, { isProtected: true });
  expect((await run(['--yes'])).exitCode).toBe(0);
  expect(deleted()).toEqual([...ROUTERS, ...SITES, ...ADDRESSES]);
  const at = (call: string) => cloud.calls.indexOf(call);
  expect(at(`allow deletion of ${PREFIX}--tokyo--addresses`)).toBeGreaterThan(at(`delete ${PREFIX}--tokyo`));
  expect(cloud.calls.filter((call) => call.startsWith('allow deletion of'))).toHaveLength(4);
});
