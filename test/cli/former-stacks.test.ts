import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { deployedMetadata } from '#infra/deployed-metadata.ts';
import { loadTopology } from '#topology/load.ts';
import { commandLine, examplesFolder } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

const text = readFileSync(`${examplesFolder}/created.yaml`, 'utf8');
const tags = (site: string, topology = 'created') => ({ 'vyos-failover': topology, 'vyos-failover-site': site });

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
  for (const [region, site] of [
    ['ap-northeast-1', 'tokyo'],
    ['us-east-1', 'virginia'],
  ] as const)
    for (const kind of ['', '--addresses', `--router--${site}-1`, `--router--${site}-2`])
      cloud.add(`vyos-failover-created--${site}${kind}`, { region, tags: tags(site) });
  cloud.add('somebody-elses', { region: 'us-east-1' });
  cloud.add('vyos-failover-other--tokyo', { region: 'ap-northeast-1', tags: tags('tokyo', 'other') });
});

interface Status {
  readonly former: readonly { readonly name: string; readonly region: string; readonly says: string }[] | null;
}

async function former(stdin = text): Promise<Status['former']> {
  const { stdout } = await commandLine(['status', '--topology', '-', '--json'], { stdin, cloud });
  return (JSON.parse(stdout) as Status).former;
}

test('status names no stack that the file describes, nor one of another topology', async () => {
  expect(await former()).toEqual([]);
});

test('status names the stacks of a site that was renamed, and the command that deletes them', async () => {
  const found = await former(text.replaceAll('tokyo:', 'osaka:'));
  expect(found?.map(({ name }) => name.slice('vyos-failover-created--'.length))).toEqual([
    'tokyo',
    'tokyo--addresses',
    'tokyo--router--tokyo-1',
    'tokyo--router--tokyo-2',
  ]);
  expect(found?.[0]?.says).toBe(
    'stack vyos-failover-created--tokyo in ap-northeast-1 belongs to topology created, whose file has no site tokyo: its ' +
      'functions may still move routes; delete it with the file of its deployment (vyos-failover destroy FORMER-FILE --site tokyo)',
  );
});

test('status names the stacks of a site in a Region that only the deployed model of another site has', async () => {
  const { topology } = loadTopology(text.replace('us-east-1', 'us-west-2'), 'before');
  const tokyo = topology?.sites.find(({ name }) => name === 'tokyo');
  if (topology === undefined || tokyo === undefined) throw new Error('the example has mistakes');
  const stack = cloud.stacks.get('vyos-failover-created--tokyo');
  Object.assign(stack ?? {}, { metadata: deployedMetadata(topology, tokyo) });
  cloud.add('vyos-failover-created--virginia-old', { region: 'us-west-2', tags: tags('virginia') });
  const found = await former();
  expect(found).toEqual([
    expect.objectContaining({
      region: 'us-west-2',
      says: expect.stringContaining('whose file has site virginia in us-east-1') as string,
    }),
  ]);
});

test('status names the stack of a router that is no longer created', async () => {
  cloud.add('vyos-failover-created--tokyo--router--tokyo-3', { region: 'ap-northeast-1', tags: tags('tokyo') });
  expect(await former()).toMatchObject([
    { says: expect.stringContaining('aws cloudformation delete-stack') as string },
  ]);
});

test('status names the stack of a Slack channel that the file no longer has, and not one that it has', async () => {
  const stack = (channel: string) =>
    cloud.add(`vyos-failover-created--slack--${channel}`, {
      region: 'ap-northeast-1',
      tags: { 'vyos-failover': 'created' },
    });
  stack('C0123456789');
  stack('C0FORMER000');
  const found = await former(`${text}\nnotify: { slack: { workspace: T0123456789, channel: C0123456789 } }\n`);
  expect(found).toMatchObject([
    { name: 'vyos-failover-created--slack--C0FORMER000', says: expect.stringContaining('Slack channel') as string },
  ]);
});

test('status goes on with a note if CloudFormation does not permit the list', async () => {
  cloud.listStacks = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  const { stdout, stderr } = await commandLine(['status', '--topology', '-', '--json'], { stdin: text, cloud });
  expect((JSON.parse(stdout) as Status).former).toBeNull();
  expect(stderr).toMatch(/^note: stacks that the file no longer has are not shown: .*AccessDenied/);
});

test('status of one site calls unknown what CloudFormation does not permit it to read', async () => {
  cloud.describeStack = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  const { stdout } = await commandLine(['status', 'tokyo', '--topology', '-', '--json'], { stdin: text, cloud });
  expect((JSON.parse(stdout) as Status).former).toBeNull();
});

test('status names a stack of another topology that moves routes of the same tables, of a version before the marks, too', async () => {
  const other = { region: 'ap-northeast-1', tags: tags('tokyo', 'before-the-rename') };
  const template = (table: string) => JSON.stringify({ Resource: `arn:aws:ec2:x:y:route-table/${table}` });
  cloud.add('vyos-failover-before-the-rename--tokyo', { ...other, template: template('rtb-0a1b2c3d4e5f60021') });
  cloud.add('vyos-failover-else--osaka', {
    region: 'ap-northeast-1',
    tags: tags('osaka', 'else'),
    template: template('rtb-0123456789abcdef0'),
  });
  const stdin = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');
  expect(await former(stdin)).toEqual([
    expect.objectContaining({
      name: 'vyos-failover-before-the-rename--tokyo',
      says: expect.stringMatching(
        /moves routes of rtb-0a1b2c3d4e5f60021, too: two controllers overrule each other/,
      ) as string,
    }),
  ]);
});

test.each([[], ['tokyo']])(
  'status names a stack whose deletion failed, and how to continue it: %s',
  async (...site) => {
    const stack = cloud.stacks.get('vyos-failover-created--tokyo');
    Object.assign(stack ?? {}, { status: 'DELETE_FAILED' });
    const line = ['status', ...site, '--topology', '-'];
    const { exitCode, stdout, stderr } = await commandLine(line, { stdin: text, cloud });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      '! stack vyos-failover-created--tokyo in ap-northeast-1 is DELETE_FAILED: what is deleted of tokyo is gone',
    );
    expect(stderr).toMatch(
      /^tokyo: there is no function .*\n {4}hint: vyos-failover destroy --site tokyo --topology -\n/,
    );
  },
);
