import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandLine, examplesFolder, type Surroundings } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

let cwd: string;
let cloud: FakeCloud;

const ADDRESSES = {
  'tokyo-1': '203.0.113.10',
  'tokyo-2': '203.0.113.11',
  'virginia-1': '198.51.100.10',
  'virginia-2': '198.51.100.11',
} as const;
const FILE = 'created.addresses.json';

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'addresses-'));
  copyFileSync(join(examplesFolder, 'created.yaml'), join(cwd, 'created.yaml'));
  cloud = new FakeCloud();
  deploy('tokyo', 'Tokyo', 1);
  deploy('virginia', 'Virginia', 3);
});
afterEach(() => rmSync(cwd, { recursive: true }));

function deploy(site: string, prefix: string, first: number): void {
  const eni = (index: number) => `eni-0${first + index}`;
  cloud.add(`vyos-failover-created--${site}--addresses`, {
    outputs: {
      VpcId: `vpc-0${first}`,
      FrontRouteTableId: `rtb-0${first}`,
      [`${prefix}1InterfaceId`]: eni(0),
      [`${prefix}1PublicAddress`]: ADDRESSES[`${site}-1` as keyof typeof ADDRESSES],
      [`${prefix}2InterfaceId`]: eni(1),
      [`${prefix}2PublicAddress`]: ADDRESSES[`${site}-2` as keyof typeof ADDRESSES],
      ExportsOutputRefOfCdk: 'other',
    },
  });
  cloud.attached.set(eni(0), { instance: `i-0${first}`, since: 0 });
}

const run = (line: readonly string[], around: Surroundings = {}) => commandLine(line, { cwd, cloud, ...around });
const write = (text: string) => writeFileSync(join(cwd, FILE), text);
const edit = (change: (text: string) => string) =>
  writeFileSync(join(cwd, 'created.yaml'), change(readFileSync(join(cwd, 'created.yaml'), 'utf8')));

describe('addresses', () => {
  test('shows what the stacks of the addresses created, and the instance on each interface', async () => {
    const { exitCode, stdout } = await run(['addresses', 'created.yaml']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "SITE      ROUTER      INTERFACE  ELASTIC IP     INSTANCE
      tokyo     tokyo-1     eni-01     203.0.113.10   i-01
      tokyo     tokyo-2     eni-02     203.0.113.11   –
      virginia  virginia-1  eni-03     198.51.100.10  i-03
      virginia  virginia-2  eni-04     198.51.100.11  –

      SITE      REGION          VPC     ROUTE TABLE
      tokyo     ap-northeast-1  vpc-01  rtb-01
      virginia  us-east-1       vpc-03  rtb-03
      "
    `);
    expect(existsSync(join(cwd, FILE))).toBe(false);
  });

  test('ends with 3 where a stack is missing, and names it', async () => {
    cloud.stacks.delete('vyos-failover-created--virginia--addresses');
    const { exitCode, stdout } = await run(['addresses', 'created.yaml', '--json']);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'vyos-failover.addresses/1',
      sites: [{ name: 'tokyo', routers: [{ publicAddress: '203.0.113.10' }, {}] }, { vpc: null }],
      problems: [expect.stringContaining('vyos-failover-created--virginia--addresses does not exist in us-east-1')],
      written: null,
    });
  });

  test('ends with 3 where the topology states another address than the Elastic IP', async () => {
    edit((text) => text.replace(/(tokyo-1: \{)/, '$1 publicAddress: 192.0.2.1,'));
    const { exitCode, stdout } = await run(['addresses', 'created.yaml']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      '! the topology states 192.0.2.1 for tokyo-1, and its Elastic IP is 203.0.113.10: correct publicAddress.',
    );
  });

  test('--write writes the file beside the topology file, and an older one is a difference', async () => {
    expect((await run(['addresses', 'created.yaml', '--write'])).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, FILE), 'utf8'))).toMatchObject({
      schema: 'vyos-failover.addresses/1',
      topology: 'created',
    });
    expect((await run(['addresses', 'created.yaml'])).exitCode).toBe(0);
    const stack = cloud.stacks.get('vyos-failover-created--tokyo--addresses');
    if (stack !== undefined) stack.outputs['Tokyo2PublicAddress'] = '203.0.113.99';
    const { exitCode, stdout } = await run(['addresses', 'created.yaml', '--write', '--dry-run']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('has 203.0.113.11 for address:tokyo-2, and 203.0.113.99 is deployed');
    expect((await run(['addresses', 'created.yaml', '--write'])).exitCode).toBe(0);
    expect(readFileSync(join(cwd, FILE), 'utf8')).toContain('203.0.113.99');
  });
});

describe('the addresses file', () => {
  test('gives every command the addresses without AWS', async () => {
    await run(['addresses', 'created.yaml', '--write']);
    const { stdout, stderr } = await commandLine(['config', 'render', 'created.yaml', '--router', 'tokyo-1'], { cwd });
    expect(stdout).toContain('198.51.100.10');
    expect(stdout).not.toContain('{{address:');
    expect(stderr).not.toContain('public address');
    const groups = await commandLine(['topology', 'security-groups', 'created.yaml'], { cwd });
    expect(groups.stdout).toContain('198.51.100.10/32');
  });

  test('without it config render prints placeholders, and says how to get the addresses', async () => {
    const { exitCode, stdout, stderr } = await run(['config', 'render', 'created.yaml', '--router', 'tokyo-1']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('{{address:virginia-1}}');
    expect(stderr).toContain('vyos-failover addresses --write');
  });

  test('that is outdated does not mislead a command that deletes', async () => {
    await run(['addresses', 'created.yaml', '--write']);
    const stack = cloud.stacks.get('vyos-failover-created--tokyo--addresses');
    if (stack !== undefined) stack.outputs['Tokyo1InterfaceId'] = 'eni-0f';
    cloud.attached.set('eni-0f', { instance: 'i-0f', since: 0 });
    cloud.add('vyos-failover-created--tokyo--router--tokyo-1');
    await run(['destroy', 'created.yaml', '--yes']);
    expect(cloud.calls).toContain('allow termination of i-0f');
  });

  test.each([
    ['is no JSON', '{', 'JSON'],
    [
      'has an address that is none',
      JSON.stringify(fileWith('203.0.113.400')),
      'publicAddress: it must be an IPv4 address',
    ],
    ['is of another topology', JSON.stringify({ ...fileWith('203.0.113.4'), topology: 'other' }), 'topology other'],
  ])('that %s is a usage error that names it', async (_, text, why) => {
    write(text);
    const { exitCode, stderr } = await run(['config', 'render', 'created.yaml', '--router', 'tokyo-1']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${FILE}: this addresses file cannot be used: `);
    expect(stderr).toContain(why);
    expect(stderr).toContain('vyos-failover addresses --write');
  });
});

function fileWith(publicAddress: string) {
  const routers = [{ name: 'tokyo-1', interface: 'eni-01', publicAddress }];
  return { schema: 'vyos-failover.addresses/1', topology: 'created', sites: [{ name: 'tokyo', routers }] };
}

describe('config push', () => {
  test('sends the file as it is written, because config-push has the ids of its deployment', async () => {
    const sent: string[] = [];
    const invoke = ({ payload }: { readonly payload: unknown }) => {
      sent.push((payload as { topology: string }).topology);
      return { outcome: 'planned', routers: [] };
    };
    write(JSON.stringify(fileWith('203.0.113.4')));
    await run(['config', 'push', 'created.yaml', '--dry-run'], { invoke });
    expect([...new Set(sent)]).toEqual([readFileSync(join(cwd, 'created.yaml'), 'utf8')]);
  });

  test('is not begun without them', async () => {
    const { exitCode, stderr } = await run(['config', 'push', 'created.yaml', '--dry-run'], { cloud: new FakeCloud() });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the public address of tokyo-1, tokyo-2, virginia-1 and virginia-2 is not known');
  });
});
