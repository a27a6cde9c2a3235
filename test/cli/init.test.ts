import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { subnetsByTable, type VpcDescription, type VpcInstance } from '#aws/vpc-description.ts';
import { loadTopology } from '#topology/load.ts';
import type { Topology } from '#topology/topology.ts';
import { commandLine, type Surroundings } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

let cwd: string;
let cloud: FakeCloud;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'init-'));
  cloud = new FakeCloud();
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const run = (words: readonly string[], around: Surroundings = {}) =>
  commandLine(['init', ...words], { cwd, cloud, ...around });

function loaded(file = 'topology.yaml'): Topology {
  const { topology, mistakes } = loadTopology(readFileSync(join(cwd, file), 'utf8'), file);
  if (topology === undefined) throw new Error(JSON.stringify(mistakes));
  return topology;
}

function instance(net: number, n: number, more: Partial<VpcInstance> = {}): VpcInstance {
  const id = `i-0a1b2c3d4e5f6${net}0${n}0`;
  const eni = `eni-0a1b2c3d4e5f6${net}0${n}0`;
  const of = {
    eni,
    subnet: `subnet-r${n}`,
    address: `10.${net}.10${n}.10`,
    publicAddress: `203.0.113.${net}${n}`,
    sourceDestCheck: false,
  };
  return { id, name: `VPC ${net} router ${n}`, profile: `role-${net}`, interfaces: [of], ...more };
}

/** Two routers, a host, a table that points at the second router, and one without routes to them. */
function vpc(net: number, region: string): VpcDescription {
  const host = instance(net, 3);
  const toOther = { destination: `10.${net === 1 ? 2 : 1}.0.0/20`, eni: instance(net, 2).interfaces[0]?.eni ?? '' };
  return {
    region,
    id: `vpc-0a1b2c3d4e5f6000${net}`,
    name: `Site ${net === 1 ? 'Tokyo' : 'Virginia'}!`,
    cidrs: [`10.${net}.0.0/16`],
    subnets: [
      { id: 'subnet-r1', cidr: `10.${net}.101.0/24` },
      { id: 'subnet-r2', cidr: `10.${net}.102.0/24` },
      { id: 'subnet-r3', cidr: `10.${net}.103.0/24` },
      { id: 'subnet-front', cidr: `10.${net}.0.0/20` },
    ],
    instances: [
      instance(net, 1),
      instance(net, 2),
      { ...host, interfaces: host.interfaces.map((each) => ({ ...each, sourceDestCheck: true })) },
    ],
    routeTables: [
      { id: `rtb-0a1b2c3d4e5f6000${net}`, subnets: ['subnet-front'], routes: [toOther] },
      {
        id: `rtb-0a1b2c3d4e5f6001${net}`,
        subnets: [],
        routes: [{ destination: '192.168.0.0/24', eni: 'eni-0a1b2c3d4e5f60099' }],
      },
    ],
  };
}

function addVpcs(...vpcs: readonly VpcDescription[]): readonly string[] {
  for (const each of vpcs) cloud.vpcs.set(`${each.region} ${each.id}`, each);
  return vpcs.flatMap(({ id, region }) => ['--from-vpc', `${id}@${region}`]);
}

describe('init --from-vpc', () => {
  test('writes what EC2 shows: the pair, the owner as the active router, its routes and the networks that they serve', async () => {
    const { exitCode, stderr } = await run([
      ...addVpcs(vpc(1, 'ap-northeast-1'), vpc(2, 'us-east-1')),
      '--name',
      'two-sites',
    ]);
    expect([exitCode, stderr]).toEqual([0, 'next: vyos-failover topology validate topology.yaml\n']);
    const { name, sites } = loaded();
    expect(name).toBe('two-sites');
    expect(sites.map((site) => site.name)).toEqual(['site-tokyo', 'site-virginia']);
    expect(sites[0]).toMatchObject({
      region: 'ap-northeast-1',
      vpc: { id: 'vpc-0a1b2c3d4e5f60001', cidrs: ['10.1.0.0/16'], create: false },
      frontSubnets: ['10.1.0.0/20'],
      routers: {
        active: {
          name: 'vpc-1-router-2',
          instance: 'i-0a1b2c3d4e5f61020',
          subnet: '10.1.102.0/24',
          instanceRole: 'role-1',
        },
        standby: { name: 'vpc-1-router-1', eni: 'eni-0a1b2c3d4e5f61010', publicAddress: '203.0.113.11' },
      },
      routeTables: [{ id: 'rtb-0a1b2c3d4e5f60001', destinations: ['10.2.0.0/20'] }],
      policy: { mode: 'observe' },
    });
  });

  test('of one VPC writes a far end to be replaced, and marks what EC2 does not show', async () => {
    const tokyo = vpc(1, 'ap-northeast-1');
    const [first, second] = tokyo.instances;
    const bare = {
      ...first,
      profile: undefined,
      interfaces: first?.interfaces.map((each) => ({ ...each, publicAddress: undefined })),
    };
    const toFarEnd = tokyo.routeTables.map((table) => ({
      ...table,
      routes: table.routes.map((route) => ({ ...route, destination: '192.168.0.0/16' })),
    }));
    const words = addVpcs({ ...tokyo, instances: [bare as VpcInstance, second as VpcInstance], routeTables: toFarEnd });
    expect((await run(words)).exitCode).toBe(0);
    expect(loaded().farEnds).toMatchObject([{ name: 'other-end' }]);
    expect(readFileSync(join(cwd, 'topology.yaml'), 'utf8').match(/# REPLACE.*/g)).toEqual([
      '# REPLACE: its Elastic IP; it has none now',
      '# REPLACE: a router outside AWS; or remove this, and add a second site',
    ]);
  });

  test('names the instances if they are not two, and takes those that are named', async () => {
    const many = { ...vpc(1, 'ap-northeast-1'), instances: [1, 2, 3].map((n) => instance(1, n)) };
    const words = addVpcs(many, vpc(2, 'us-east-1'));
    const { exitCode, stderr } = await run(words);
    expect([exitCode, existsSync(join(cwd, 'topology.yaml'))]).toEqual([2, false]);
    expect(stderr).toMatch(
      /there are 3 \(i-0a1b2c3d4e5f61020 VPC 1 router 2, .*\n {4}hint: name the two with --router/,
    );
    const named = ['i-0a1b2c3d4e5f61020', 'i-0a1b2c3d4e5f61030'];
    expect((await run([...words, ...named.flatMap((id) => ['--router', id])])).exitCode).toBe(0);
  });

  test.each([
    [['--from-vpc', 'vpc-0@eu-west-1'], 2, /there is no VPC vpc-0 in eu-west-1/],
    [['--from-vpc', 'vpc-0'], 2, /it must be vpc-…@REGION/],
    [['--from-vpc', 'my-vpc@eu-west-1'], 2, /it must be vpc-…@REGION/],
    [[], 2, /asks for the sites, and there is no terminal to ask on\n {4}hint: use --from-vpc VPC@REGION .* or --yes/],
  ])('%j ends with %i', async (words, code, says) => {
    const { exitCode, stderr } = await run(words);
    expect([exitCode, stderr, existsSync(join(cwd, 'topology.yaml'))]).toEqual([
      code,
      expect.stringMatching(says),
      false,
    ]);
  });

  test('gives each site and router a name of its own where tags are alike', async () => {
    const alike = (of: VpcDescription): VpcDescription => ({
      ...of,
      name: 'production',
      instances: of.instances.map((each) => ({ ...each, name: 'vyos' })),
    });
    const words = addVpcs(alike(vpc(1, 'ap-northeast-1')), alike(vpc(2, 'us-east-1')));
    expect(await run(words)).toMatchObject({ exitCode: 0 });
    expect(loaded().sites.map((site) => site.name)).toEqual(['production', 'production-2']);
    const { active, standby } = loaded().sites[1]?.routers ?? {};
    expect([active?.name, standby?.name]).toEqual(['production-2-1', 'production-2-2']);
  });

  test('refuses an instance named with --router that is no router of these VPCs', async () => {
    const words = addVpcs(vpc(1, 'ap-northeast-1'), vpc(2, 'us-east-1'));
    const { exitCode, stderr } = await run([...words, '--router', 'i-0000000000000dead']);
    expect([exitCode, existsSync(join(cwd, 'topology.yaml'))]).toEqual([2, false]);
    expect(stderr).toContain('--router i-0000000000000dead');
  });

  test('marks a choice between interfaces, and between routers without routes', async () => {
    const tokyo = vpc(1, 'ap-northeast-1');
    const first = tokyo.instances[0] as VpcInstance;
    const [of] = first.interfaces;
    if (of === undefined) throw new Error('no interface');
    const two = { ...first, interfaces: [of, { ...of, eni: 'eni-0a1b2c3d4e5f69999', address: '10.1.101.20' }] };
    const unrouted = { ...tokyo, instances: [two, ...tokyo.instances.slice(1)], routeTables: [] };
    const { stdout } = await run([...addVpcs(unrouted, vpc(2, 'us-east-1')), '--dry-run']);
    expect(stdout).toContain('eni: eni-0a1b2c3d4e5f61010 # CHECK: it also forwards with eni-0a1b2c3d4e5f69999');
    expect(stdout).toContain('routeTables: [rtb-00000000000000001] # REPLACE: the tables whose routes move');
    expect(stdout).toContain('role: active # CHECK: no route shows which router carries the traffic');
    expect(loadTopology(stdout, 'x').mistakes).toBeUndefined();
  });

  test('marks what looks like a NAT instance, and two routers in one subnet', async () => {
    const tokyo = vpc(1, 'ap-northeast-1');
    const nat = tokyo.routeTables.map((table) => ({
      ...table,
      routes: table.routes.map((route) => ({ ...route, destination: '0.0.0.0/0' })),
    }));
    const together = tokyo.instances.map((each) => ({
      ...each,
      interfaces: each.interfaces.map((of) => ({
        ...of,
        subnet: 'subnet-r1',
        address: of.address.replace(/^10\.1\.10(\d)\./, '10.1.101.$1'),
      })),
    }));
    const doubtful = { ...tokyo, instances: together, routeTables: nat };
    const { stdout } = await run([...addVpcs(doubtful, vpc(2, 'us-east-1')), '--dry-run']);
    const lines = stdout.split('\n');
    const marked = (part: string) => lines.filter((line) => line.includes(part)).length;
    expect(marked('# CHECK: only default routes point at it, as at a NAT instance')).toBe(1);
    expect(marked('# CHECK: also that of the active router')).toBe(1);
    expect(loadTopology(stdout, 'x').mistakes).toBeUndefined();
  });

  test('adds to the main route table the subnets without an association', () => {
    const tables = [
      { RouteTableId: 'rtb-main', Associations: [{ Main: true }] },
      { RouteTableId: 'rtb-own', Associations: [{ SubnetId: 'subnet-1' }, { SubnetId: 'subnet-2' }] },
    ];
    const subnets = subnetsByTable(tables, ['subnet-1', 'subnet-2', 'subnet-3']);
    expect(tables.map(({ RouteTableId }) => subnets.get(RouteTableId))).toEqual([
      ['subnet-3'],
      ['subnet-1', 'subnet-2'],
    ]);
  });

  test('writes nothing that would not validate', async () => {
    const { exitCode, stderr } = await run(
      addVpcs(vpc(1, 'ap-northeast-1'), { ...vpc(2, 'us-east-1'), cidrs: ['10.1.0.0/16'] }),
    );
    expect([exitCode, existsSync(join(cwd, 'topology.yaml'))]).toEqual([2, false]);
    expect(stderr).toContain('would have these mistakes, and was not written');
  });
});

describe('init', () => {
  const answers = (lines: readonly string[]) => ({ terminal: true, stdin: lines.map((line) => `${line}\n`).join('') });

  test('asks for the sites, two at least', async () => {
    const { exitCode } = await run([], answers(['lab', '', '', 'osaka', '10.7.0.0/16', 'eu-west-1', '', '', '', '']));
    expect(exitCode).toBe(0);
    expect(loaded().sites.map(({ name, region, vpc: of }) => [name, region, of.cidrs[0]])).toEqual([
      ['osaka', 'ap-northeast-1', '10.7.0.0/16'],
      ['site-2', 'eu-west-1', '10.2.0.0/16'],
    ]);
  });

  test('asks again for an answer that the file could not have, and says what is wrong with it', async () => {
    const first = [
      'my lab',
      'lab',
      'tokyo',
      'eu-west-1',
      'vpc-12',
      '',
      'Site_1',
      'osaka',
      '10.7.0.0/20',
      '10.7.0.0/16',
    ];
    const { exitCode, stderr } = await run([], answers([...first, '', '', 'osaka', '', '', '']));
    expect(exitCode).toBe(0);
    expect(loaded().name).toBe('lab');
    expect(loaded().sites.map(({ name, region, vpc: of }) => [name, region, of.cidrs[0]])).toEqual([
      ['osaka', 'eu-west-1', '10.7.0.0/16'],
      ['site-2', 'us-east-1', '10.2.0.0/16'],
    ]);
    expect(stderr.split('\n').filter((line) => line.includes('    '))).toEqual([
      expect.stringContaining('"my lab" cannot be the name of a topology: '),
      expect.stringContaining('"tokyo" is not the name of an AWS region: write it as in ap-northeast-1'),
      expect.stringContaining('"vpc-12" is not an id of the form vpc-…: '),
      expect.stringContaining('"Site_1" cannot be the name of a site: '),
      expect.stringContaining('the prefix length /20 is out of range: use the prefix length /16'),
      expect.stringContaining('osaka is the name of a site above: '),
    ]);
  });

  test('writes nothing if the input ends before the last answer', async () => {
    const { exitCode, stderr } = await run([], answers(['lab', '']));
    expect([exitCode, existsSync(join(cwd, 'topology.yaml'))]).toEqual([4, false]);
    expect(stderr).toContain('Nothing was written.');
  });

  test('--dry-run prints a valid file, and writes none', async () => {
    const { exitCode, stdout } = await run(['--yes', '--dry-run']);
    expect([exitCode, existsSync(join(cwd, 'topology.yaml'))]).toEqual([0, false]);
    expect(loadTopology(stdout, 'x').mistakes).toBeUndefined();
  });

  test.each([
    ['missing', 'no folder/x.yaml', 'ENOENT'],
    ['no folder', 'a file/x.yaml', 'ENOTDIR'],
  ])('asks nothing if the folder of its file is %s', async (_what, file, code) => {
    writeFileSync(join(cwd, 'a file'), '');
    const { exitCode, stdout, stderr } = await run([file], answers(['lab', '']));
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(new RegExp(`^${file} cannot be written: ${code}`));
  });

  test('says how to create the folder that is missing', async () => {
    const { exitCode, stderr } = await run(['no folder/x.yaml', '--yes']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no folder/x.yaml cannot be written: ENOENT')]);
    expect(stderr).toContain("\n    hint: create its folder (mkdir -p 'no folder'), or name another path\n");
  });

  test('does not replace a file, unless it is told to', async () => {
    writeFileSync(join(cwd, 'topology.yaml'), 'mine');
    const { exitCode, stderr } = await run(['--yes']);
    expect([exitCode, stderr, readFileSync(join(cwd, 'topology.yaml'), 'utf8')]).toEqual([
      2,
      expect.stringContaining('--force'),
      'mine',
    ]);
    expect((await run(['--yes', '--force', '--json'])).exitCode).toBe(0);
    expect(loaded().sites).toHaveLength(2);
  });
});
