import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deployedTopology } from '#topology/deployed-topology.ts';
import type { Edit } from '#topology/edits/edit.ts';
import { pendingEdits } from '#topology/edits/pending-edits.ts';
import { loadTopology } from '#topology/load.ts';
import type { Topology } from '#topology/topology.ts';
import { type Loose, load, siteFile, twoSites } from '../files.ts';

/** All sites are deployed as before. */
function editsBetween(before: Topology, after: Topology): Edit[] {
  const deployed = after.sites.flatMap((now, index) => {
    const site =
      before.sites.find(({ name }) => name === now.name) ??
      (before.sites.length === after.sites.length ? before.sites[index] : undefined);
    return site === undefined ? [] : [[now.name, deployedTopology(before, site)] as const];
  });
  return pendingEdits(after, new Map(deployed)).map(({ edit }) => edit);
}

/** A topology file as a value that a test edits. */
interface Editable {
  name: string;
  profile?: string;
  bfd?: Loose;
  sites: { [name: string]: EditableSite };
}
interface EditableSite {
  region: string;
  routers: { [name: string]: EditableRouter };
  frontSubnets: string[];
  routeTables: Loose[];
  policy?: Loose;
  detectors?: string[];
  confirm?: string;
}
type EditableRouter = { [key: string]: Loose };

const site = (file: Editable, name = 'tokyo'): EditableSite => file.sites[name] as EditableSite;
const router = (file: Editable, name: string): EditableRouter => site(file).routers[name] as EditableRouter;

const edited = (edit: (file: Editable) => void, base: object = twoSites()): Edit[] => {
  const file = structuredClone(base) as Editable;
  edit(file);
  return editsBetween(load(base), load(file));
};
const kinds = (edits: readonly Edit[]) => edits.map(({ kind }) => kind);
/** Without the keys, whose default names have the names of routers. */
const withoutKeys = (edits: readonly Edit[]) => edits.filter((edit) => !('key' in edit && edit.key === 'psk'));

const renameKey = (object: { [key: string]: unknown }, from: string, to: string): void => {
  const entries = Object.entries(object).map(([key, value]) => [key === from ? to : key, value] as const);
  for (const key of Object.keys(object)) delete object[key];
  Object.assign(object, Object.fromEntries(entries));
};

describe('names', () => {
  test('a router with the same interface is renamed, and so are the default names of its keys', () => {
    const edits = edited((file) => renameKey(site(file).routers, 'tokyo-1', 'tokyo-a'));
    expect(withoutKeys(edits)).toEqual([{ kind: 'router-renamed', site: 'tokyo', router: 'tokyo-a', from: 'tokyo-1' }]);
    expect(edits).toContainEqual({
      kind: 'value-changed',
      place: { of: 'tunnel', ends: ['tokyo-a', 'virginia-1'] },
      key: 'psk',
      from: '/vyos-failover/two-sites/psk/tokyo-1--virginia-1',
      to: '/vyos-failover/two-sites/psk/tokyo-a--virginia-1',
    });
  });

  test('two routers that exchange their names are renamed, and not replaced', () => {
    const edits = edited((file) => {
      renameKey(site(file).routers, 'tokyo-1', 'x');
      renameKey(site(file).routers, 'tokyo-2', 'tokyo-1');
      renameKey(site(file).routers, 'x', 'tokyo-2');
    });
    expect(kinds(edits).filter((kind) => kind === 'router-renamed')).toHaveLength(2);
    expect(kinds(edits)).not.toContain('interface-replaced');
  });

  test('a site with the same VPC is renamed', () => {
    const edits = edited((file) => renameKey(file.sites, 'tokyo', 'edo'));
    expect(edits).toEqual([{ kind: 'site-renamed', site: 'edo', from: 'tokyo' }]);
  });

  test('a created site with the same network is renamed', () => {
    const base = created();
    const edits = edited((file) => renameKey(file.sites, 'tokyo', 'edo'), base);
    expect(kinds(edits)).toContain('site-renamed');
    expect(kinds(edits)).not.toContain('site-added');
  });

  test('the topology is renamed', () => {
    const edits = edited((file) => (file.name = 'other'));
    expect(withoutKeys(edits)).toEqual([{ kind: 'topology-renamed', from: 'two-sites', to: 'other' }]);
  });

  test('a site of other networks under the same name has another Region, interfaces and tables', () => {
    const edits = edited((file) => {
      file.sites['tokyo'] = { ...siteFile('tokyo', 3), region: 'eu-west-1' };
    });
    expect(edits).toContainEqual({ kind: 'region-changed', site: 'tokyo', from: 'ap-northeast-1', to: 'eu-west-1' });
    expect(kinds(edits)).toEqual(expect.arrayContaining(['interface-replaced', 'table-added', 'table-removed']));
  });
});

describe('the pair', () => {
  test('roles are swapped, and the default tunnels with them', () => {
    const edits = edited((file) => {
      router(file, 'tokyo-1')['role'] = 'standby';
      router(file, 'tokyo-2')['role'] = 'active';
    });
    expect(edits).toContainEqual({ kind: 'roles-swapped', site: 'tokyo', active: 'tokyo-2' });
    expect(kinds(edits).filter((kind) => kind === 'tunnel-added')).toHaveLength(2);
    expect(kinds(edits).filter((kind) => kind === 'tunnel-removed')).toHaveLength(2);
  });

  test('an instance, and an interface', () => {
    expect(edited((file) => (router(file, 'tokyo-1')['instance'] = 'i-0000000f'))).toEqual([
      { kind: 'instance-replaced', site: 'tokyo', router: 'tokyo-1', from: 'i-00001001', to: 'i-0000000f' },
    ]);
    expect(edited((file) => (router(file, 'tokyo-1')['eni'] = 'eni-0000000f'))).toEqual([
      { kind: 'interface-replaced', site: 'tokyo', router: 'tokyo-1', from: 'eni-00001001', to: 'eni-0000000f' },
    ]);
  });

  test('a router that the deployment is to create from now on', () => {
    const base = { ...twoSites(), ssmAgent: 'agent.deb' };
    const edits = edited((file) => {
      for (const key of ['instance', 'eni', 'publicAddress']) delete router(file, 'tokyo-1')[key];
      router(file, 'tokyo-1')['subnetId'] = 'subnet-00000001';
    }, base);
    expect(edits).toContainEqual({ kind: 'creation-changed', site: 'tokyo', router: 'tokyo-1', created: true });
  });
});

describe('networks', () => {
  test('a table, and a destination', () => {
    const table = { id: 'rtb-0000000f', destinations: ['10.9.0.0/20'] };
    expect(edited((file) => site(file).routeTables.push(table))).toEqual([
      { kind: 'table-added', site: 'tokyo', table: 'rtb-0000000f' },
    ]);
    const base = twoSites();
    Object.assign(base.sites.tokyo, { routeTables: [table] });
    expect(
      edited((file) => (site(file).routeTables = [{ ...table, destinations: ['10.9.0.0/20', '10.8.0.0/20'] }]), base),
    ).toEqual([{ kind: 'destination-added', site: 'tokyo', table: 'rtb-0000000f', destination: '10.8.0.0/20' }]);
  });

  test('a front subnet is a managed route of the other sites', () => {
    expect(edited((file) => site(file).frontSubnets.push('10.1.32.0/20'))).toEqual([
      { kind: 'front-subnet-added', site: 'tokyo', subnet: '10.1.32.0/20' },
      { kind: 'destination-added', site: 'virginia', table: 'rtb-00000002', destination: '10.1.32.0/20' },
    ]);
  });

  test('a third site, and its removal', () => {
    const three = twoSites();
    Object.assign(three.sites, { osaka: siteFile('osaka', 3) });
    const added = editsBetween(load(twoSites()), load(three));
    expect(added[0]).toEqual({ kind: 'site-added', site: 'osaka', region: 'ap-northeast-1' });
    expect(kinds(added).filter((kind) => kind === 'destination-added')).toHaveLength(2);
    const removed = editsBetween(load(three), load(twoSites()));
    expect(removed[0]).toEqual({ kind: 'site-removed', site: 'osaka', region: 'ap-northeast-1' });
  });
});

test.each<[string, Loose, (file: Editable) => void]>([
  ['policy.mode', 'observe', (file) => (site(file).policy = { mode: 'observe' })],
  ['policy.holdDownMs', 60_000, (file) => (site(file).policy = { holdDown: '1m' })],
  ['detectors', ['serf'], (file) => (site(file).detectors = ['serf'])],
  ['confirmMs', 400, (file) => (site(file).confirm = '400ms')],
  ['bfd.intervalMs', 100, (file) => (file.bfd = { interval: '100ms' })],
  ['profile', 'original', (file) => (file.profile = 'original')],
  ['publicAddress', '203.0.1.9', (file) => (router(file, 'tokyo-1')['publicAddress'] = '203.0.1.9')],
  ['vyos', '1.3', (file) => (router(file, 'tokyo-1')['vyos'] = '1.3')],
])('%s', (key, to, edit) => {
  expect(edited(edit)).toContainEqual(expect.objectContaining({ kind: 'value-changed', key, to }));
});

const examples = globSync('examples/*.yaml').map((file) => ({ file, topology: loadedFrom(file) }));

test.each(examples)('equal topologies have no edit: $file', ({ topology }) => {
  expect(editsBetween(topology, structuredClone(topology))).toEqual([]);
});

test.each(examples)('every change of any value is an edit: $file', ({ topology }) => {
  const places = valuesIn(topology);
  expect(places.length).toBeGreaterThan(50);
  const silent = places.filter((path) => {
    const other = structuredClone(topology);
    changeAt(other, path);
    return editsBetween(topology, other).length === 0 || editsBetween(other, topology).length === 0;
  });
  expect(silent.map((path) => path.join('.'))).toEqual([]);
});

test('several changes at once are no more silent than one', () => {
  const { topology } = examples[0] as (typeof examples)[number];
  const places = valuesIn(topology);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: places.length - 1 }), { minLength: 1, maxLength: 5 }), (chosen) => {
      const other = structuredClone(topology);
      for (const index of chosen) changeAt(other, places[index] ?? []);
      expect(editsBetween(topology, other)).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
});

function created(): object {
  const siteOf = (number: number) => ({
    region: 'ap-northeast-1',
    asn: 65000 + number,
    vpc: { create: true, cidr: `10.${number}.0.0/16` },
    frontSubnets: [`10.${number}.0.0/20`],
    routers: Object.fromEntries(
      (['active', 'standby'] as const).map((role, index) => [
        `r${number}${index}`,
        {
          role,
          subnet: `10.${number}.10${index}.0/24`,
          address: `10.${number}.10${index}.10`,
          loopback: `10.255.${number}.${index}`,
        },
      ]),
    ),
  });
  return { name: 'created', ssmAgent: 'agent.deb', sites: { tokyo: siteOf(1), virginia: siteOf(2) } };
}

function loadedFrom(file: string): Topology {
  const { topology } = loadTopology(readFileSync(file, 'utf8'), file);
  if (topology === undefined) throw new Error(file);
  return topology;
}

/** Paths of all values that are no objects. A router's site and role follow from its place. */
function valuesIn(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) {
    const isDerived = path.includes('routers') && (path.at(-1) === 'site' || path.at(-1) === 'role');
    return isDerived ? [] : [[...path]];
  }
  return Object.entries(value).flatMap(([key, each]) => valuesIn(each, [...path, key]));
}

function changeAt(topology: Topology, path: readonly (string | number)[]): void {
  const holder = path
    .slice(0, -1)
    .reduce<object>((value, key) => (value as Record<string, object>)[key] ?? {}, topology);
  const key = path.at(-1) ?? '';
  const values = holder as Record<string, unknown>;
  const value = values[key];
  values[key] = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}x`;
}
