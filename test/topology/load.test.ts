import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadTopology } from '#topology/load.ts';
import { load, routerFile, siteFile, twoSites } from './files.ts';

describe('the default', () => {
  const topology = load(twoSites());

  test('is VyOS 1.4, profile fast', () => {
    expect(topology).toMatchObject({ name: 'two-sites', vyos: '1.4', profile: 'fast' });
    expect(topology.bfd).toEqual({ intervalMs: 50, multiplier: 6 });
  });

  test('is eth0 and the subnet’s first address as the gateway', () => {
    expect(topology.sites[0]?.routers.active).toMatchObject({ interface: 'eth0', gateway: '10.1.101.1', vyos: '1.4' });
  });

  test('is BFD alone, and a policy with hold-down and swap limit', () => {
    expect(topology.sites[0]).toMatchObject({
      detectors: ['bfd'],
      confirmMs: 300,
      policy: {
        prefer: 'availability',
        mode: 'automatic',
        holdDownMs: 300_000,
        maxSwapsPerHour: 3,
        evacuate: 'manual',
      },
    });
  });

  test('is a longer confirmation with prefer: safety', () => {
    const sites = {
      tokyo: { ...siteFile('tokyo', 1), policy: { prefer: 'safety' } },
      virginia: siteFile('virginia', 2),
    };
    expect(load(twoSites({ sites })).sites.map(({ confirmMs }) => confirmMs)).toEqual([1_000, 300]);
  });

  test('is Serf alone in the original profile', () => {
    expect(load(twoSites({ profile: 'original' })).sites[0]?.detectors).toEqual(['serf']);
  });

  test('is the other sites’ front subnets in a route table that names no destinations', () => {
    const sites = {
      tokyo: siteFile('tokyo', 1),
      virginia: siteFile('virginia', 2),
      frankfurt: siteFile('frankfurt', 3),
    };
    expect(load({ name: 'three', sites }).sites[0]?.routeTables).toEqual([
      { id: 'rtb-00000001', destinations: ['10.2.0.0/20', '10.3.0.0/20'], edge: false },
    ]);
  });

  test('fills in the other keys of a policy', () => {
    const file = twoSites();
    const tokyo = { ...file.sites.tokyo, policy: { holdDown: '1h30m' } };
    expect(load({ ...file, sites: { ...file.sites, tokyo } }).sites[0]?.policy).toEqual({
      prefer: 'availability',
      mode: 'automatic',
      evacuate: 'manual',
      holdDownMs: 5_400_000,
      maxSwapsPerHour: 3,
    });
  });

  test('is a placeholder for what the deployment creates', () => {
    const { instance: _i, eni: _e, publicAddress: _p, ...active } = routerFile('active', 1, 1);
    const { instance: _i2, eni: _e2, ...standby } = routerFile('standby', 1, 2);
    const { routeTables: _, ...tokyo } = siteFile('tokyo', 1);
    const vpc = { create: true, cidr: '10.1.0.0/16' };
    const file = twoSites();
    const routers = { one: active, two: { ...standby, image: 'ssm:/golden/vyos', zone: 'ap-northeast-1c' } };
    const sites = { ...file.sites, tokyo: { ...tokyo, instanceType: 't3.medium', vpc, routers } };
    expect(load({ ...file, sites }).sites[0]).toMatchObject({
      vpc: { create: true, id: '{{vpc:tokyo}}', cidrs: ['10.1.0.0/16'] },
      routers: {
        active: {
          instance: undefined,
          eni: '{{eni:one}}',
          publicAddress: '{{address:one}}',
          creation: {
            zone: undefined,
            subnetId: undefined,
            image: { owner: '679593333241', name: 'VyOS 1.4*' },
            instanceType: 't3.medium',
          },
        },
        standby: {
          publicAddress: standby.publicAddress,
          creation: { zone: 'ap-northeast-1c', image: { parameter: '/golden/vyos' } },
        },
      },
      routeTables: [{ id: '{{routeTable:tokyo}}', destinations: ['10.2.0.0/20'] }],
      createRoutes: true,
    });
  });

  test('is a placeholder for the routers that are created in a VPC that exists', () => {
    const file = twoSites();
    const inSubnet = (role: 'active' | 'standby', number: number) => {
      const { instance: _i, eni: _e, publicAddress: _p, ...router } = routerFile(role, 1, number);
      return { ...router, subnetId: `subnet-0000000${number}` };
    };
    const routers = { one: inSubnet('active', 1), two: inSubnet('standby', 2) };
    const sites = { ...file.sites, tokyo: { ...file.sites.tokyo, routers } };
    const [tokyo, virginia] = load({ ...file, sites }).sites;
    expect(tokyo).toMatchObject({
      vpc: { create: false },
      routers: { standby: { eni: '{{eni:two}}', creation: { subnetId: 'subnet-00000002' } } },
      createRoutes: true,
    });
    expect(virginia).toMatchObject({ routers: { active: { creation: undefined } }, createRoutes: false });
  });
});

describe('the CIDR blocks of a VPC', () => {
  const cidrsOf = (vpc: object) => {
    const file = twoSites();
    const tokyo = { ...file.sites.tokyo, vpc: { id: 'vpc-00000001', ...vpc } };
    return load({ ...file, sites: { ...file.sites, tokyo } }).sites[0]?.vpc.cidrs;
  };

  test('are several, the primary one first, or one as cidr', () => {
    expect(cidrsOf({ cidrs: ['10.1.0.0/16', '100.64.0.0/16'] })).toEqual(['10.1.0.0/16', '100.64.0.0/16']);
    expect(cidrsOf({ cidr: '10.1.0.0/16' })).toEqual(['10.1.0.0/16']);
  });

  test('can be written both ways if they agree: cidr is then the primary one', () => {
    const both = { cidr: '10.1.0.0/16', cidrs: ['100.64.0.0/16', '10.1.0.0/16'] };
    expect(cidrsOf(both)).toEqual(['10.1.0.0/16', '100.64.0.0/16']);
  });
});

describe('tunnels', () => {
  const networks = (file: object) =>
    load(file).tunnels.map(({ between, network }) => `${between.join(' ')} ${network}`);

  test('join active to active and standby to standby by default, with keys by name', () => {
    expect(load(twoSites()).tunnels).toEqual([
      {
        between: ['tokyo-1', 'virginia-1'],
        network: '169.254.10.0/30',
        psk: '/vyos-failover/two-sites/psk/tokyo-1--virginia-1',
      },
      {
        between: ['tokyo-2', 'virginia-2'],
        network: '169.254.10.4/30',
        psk: '/vyos-failover/two-sites/psk/tokyo-2--virginia-2',
      },
    ]);
  });

  test('keep their networks when a site is added at the end', () => {
    const { sites } = twoSites();
    const three = { name: 'x', sites: { ...sites, frankfurt: siteFile('frankfurt', 3) } };
    const four = { name: 'x', sites: { ...three.sites, osaka: siteFile('osaka', 4) } };
    expect(networks(four)).toHaveLength(12);
    expect(networks(four).slice(0, 6)).toEqual(networks(three));
  });

  test('without a network get the next free one', () => {
    const file = twoSites({
      tunnels: [
        { between: ['tokyo-1', 'virginia-1'] },
        { between: ['tokyo-2', 'virginia-2'], network: '169.254.10.0/30' },
        { between: ['tokyo-1', 'virginia-2'], network: '169.254.10.6/31' },
        { between: ['tokyo-2', 'virginia-1'] },
      ],
    });
    expect(networks(file)).toEqual([
      'tokyo-1 virginia-1 169.254.10.8/30',
      'tokyo-2 virginia-2 169.254.10.0/30',
      'tokyo-1 virginia-2 169.254.10.6/31',
      'tokyo-2 virginia-1 169.254.10.12/30',
    ]);
  });

  test('skip a network that contains a loopback', () => {
    const file = twoSites();
    file.sites.tokyo.routers['tokyo-1'] = { ...routerFile('active', 1, 1), loopback: '169.254.10.1' };
    expect(networks(file)[0]).toBe('tokyo-1 virginia-1 169.254.10.4/30');
  });

  test('never get the network of the metadata service, even with thousands of tunnels', () => {
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
    const sites = Object.fromEntries(names.map((name, index) => [name, smallSite(name, index)]));
    const { tunnels } = load({ name: 'hundred', sites });
    expect(tunnels).toHaveLength(9900);
    expect(new Set(tunnels.map(({ network }) => network)).size).toBe(9900);
    expect(tunnels.filter(({ network }) => network.startsWith('169.254.169.'))).toEqual([]);
  });
});

/** One of many: all of its addresses out of 10.<index>.0.0/16. */
function smallSite(name: string, index: number) {
  const router = (role: 'active' | 'standby', number: number) => ({
    ...routerFile(role, 1, number),
    instance: `i-${String(index).padStart(7, '0')}${number}`,
    eni: `eni-${String(index).padStart(7, '0')}${number}`,
    subnet: `10.${index}.100.0/24`,
    address: `10.${index}.100.1${number}`,
    publicAddress: `203.0.${index}.${number}`,
    loopback: `172.16.${index}.${number}`,
  });
  return {
    ...siteFile(name, 1),
    asn: 64512 + index,
    vpc: { id: `vpc-${String(index).padStart(8, '0')}`, cidr: `10.${index}.0.0/16` },
    frontSubnets: [`10.${index}.0.0/20`],
    routers: { [`${name}-1`]: router('active', 1), [`${name}-2`]: router('standby', 2) },
    routeTables: [`rtb-${String(index).padStart(8, '0')}`],
  };
}

describe('a value that can be written in several ways', () => {
  test('is canonical in the topology', () => {
    const file = twoSites();
    const destinations = ['2001:0DB8:0002:0000::/56', '::/0', '0.0.0.0/0', 'pl-0123abcd'];
    const tokyo = { ...file.sites.tokyo, routeTables: [{ id: 'rtb-00000001', destinations }] };
    expect(load({ ...file, sites: { ...file.sites, tokyo } }).sites[0]?.routeTables[0]?.destinations).toEqual([
      '2001:db8:2::/56',
      '::/0',
      '0.0.0.0/0',
      'pl-0123abcd',
    ]);
  });

  test('can come from anchors and merges', () => {
    const text = stringify(twoSites())
      .replace('tokyo:\n', 'tokyo: &tokyo\n')
      .replace(
        /frontSubnets:\n +- 10.2.0.0\/20/,
        'policy: &careful { prefer: safety }\n    frontSubnets: [10.2.0.0/20]',
      )
      .concat('  frankfurt:\n    <<: *tokyo\n    asn: 65003\n    policy: { <<: *careful, holdDown: 1m }\n');
    const { mistakes = [] } = loadTopology(text, 'x.yaml');
    // Frankfurt is Tokyo but for its AS: what is shared by mistake is found through the merge, what is overridden is fine.
    expect(mistakes.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
      expect.arrayContaining(['duplicate sites.frankfurt.vpc.id']),
    );
    expect(mistakes.filter(({ path }) => /asn|policy/.test(path))).toEqual([]);
  });

  test('cannot come from more than 500 aliases', () => {
    const text = `one: &one 1\nmany: [${Array.from({ length: 501 }, () => '*one').join(', ')}]\n`;
    expect(loadTopology(text, 'x.yaml').mistakes).toMatchObject([
      { kind: 'syntax', line: 2, fault: 'more than 500 aliases' },
    ]);
  });

  test('keeps a router’s own version', () => {
    const file = twoSites({ vyos: '1.5' });
    const standby = { ...routerFile('standby', 1, 2), vyos: '1.3' };
    file.sites.tokyo.routers['tokyo-2'] = standby;
    const [tokyo] = load(file).sites;
    expect([tokyo?.routers.active.vyos, tokyo?.routers.standby.vyos]).toEqual(['1.5', '1.3']);
  });
});

describe('the hint helps', () => {
  const mistakesIn = (text: string) => loadTopology(text, 'x.yaml').mistakes?.map(({ fault, hint }) => [fault, hint]);

  test.each([
    ['one line', ''],
    ['two lines', '\n'],
  ])('where the parser cannot go deeper, in %s', (_, between) => {
    const deep = `name: ${'['.repeat(20_000)}${between}${']'.repeat(20_000)}`;
    const fault = ['lists or mappings are nested too deeply', 'check that this is the topology file'];
    expect(mistakesIn(deep)).toEqual([fault]);
  });

  test('where a version is no number', () => {
    const vyos = JSON.stringify(twoSites({ vyos: 'VYOS' }));
    expect(mistakesIn(vyos.replace('"VYOS"', '1.4'))).toEqual([expect.arrayContaining(['put it in quotes: "1.4"'])]);
    expect(mistakesIn(vyos.replace('"VYOS"', '.nan'))).toEqual([
      ['expected text, found a number', expect.not.stringContaining('NaN')],
    ]);
  });
});

describe('secrets', () => {
  test.each([
    'correct horse battery staple',
    'dGhpcyBpcyBhIHNlY3JldA==',
    '/dGhpcyBpcyBhIHNlY3JldCBrZXkh/YW5kIG1vcmU',
    '/psk/8f14e45fceea167a5a36dedd4bea2543',
    'psk',
    12345678,
    ['hunter2'],
    { key: 'hunter2' },
  ])('that stand where their name belongs (%j) are refused and repeated nowhere', (psk) => {
    const tunnels = [{ between: ['tokyo-1', 'virginia-1'], psk }, { between: ['tokyo-2', 'virginia-2'] }];
    const { mistakes = [] } = loadTopology(JSON.stringify(twoSites({ tunnels })), 'x.yaml');
    expect(mistakes.map(({ path }) => path)).toEqual(['tunnels[0].psk']);
    const secret = typeof psk === 'object' ? 'hunter2' : String(psk);
    expect(mistakes[0]?.fault).not.toContain(secret);
    expect(JSON.stringify(mistakes)).not.toMatch(/hunter2|12345678|8f14e45f|dGhpcy|battery/);
  });

  test('are not quoted from a line that is not valid YAML', () => {
    const { mistakes } = loadTopology('tunnels:\n  - psk: "hunter2\n  - [', 'x.yaml');
    expect(mistakes?.length).toBeGreaterThan(0);
    expect(JSON.stringify(mistakes)).not.toContain('hunter2');
  });
});
