import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eniOf } from '#demo/account-of-topology.ts';
import type { Account } from '#emulator/account.ts';
import { namesOf } from '#infra/names.ts';
import { managedPoliciesFor } from '#infra/table-policies.ts';
import type { Topology } from '#topology/topology.ts';
import { assembly, changed, loaded, names, report, SiteUnderTest, type Template, tokyo } from './site-under-test.ts';

/** Tokyo has more than its role's own policy holds; Virginia as many as a topology may have in one site. */
const TOKYO = 200;
const VIRGINIA = 1000;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; the highest that it can be raised to. */
const IAM = { managedPolicy: 6_144, ownPolicies: 10_240, managedPoliciesOfARole: 20 };

const tableIds = (site: string, count: number) =>
  Array.from({ length: count }, (_, index) => `rtb-${site}${String(index).padStart(16, '0')}`);
const [first = '', ...others] = tableIds('a', TOKYO);
const last = others.at(-1) ?? '';

let directory: string;
let topology: Topology;
let built: Awaited<ReturnType<typeof assembly>>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vyos-failover-topology-'));
  const counts = [tableIds('a', TOKYO), tableIds('b', VIRGINIA)];
  const text = readFileSync('examples/tokyo-virginia.yaml', 'utf8').replaceAll(
    /( {4}routeTables:\n)(?: {6}- .*\n)+/g,
    (_, key: string) => key + (counts.shift() ?? []).map((id) => `      - ${id}\n`).join(''),
  );
  const file = join(directory, 'topology.yaml');
  writeFileSync(file, text);
  topology = loaded(text, file);
  built = await assembly(file);
});
afterAll(() => {
  built.remove();
  rmSync(directory, { recursive: true, force: true });
});

/** The policies of route-swap's role: sizes as IAM counts them, without white space. */
function policies(site: string) {
  const file = join(built.directory, `vyos-failover-tokyo-virginia--${site}.template.json`);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as Template;
  const sizes = (type: string) =>
    Object.entries(Resources)
      .filter(([id, { Type }]) => Type === `AWS::IAM::${type}` && id.startsWith('RouteSwapRole'))
      .map(([, { Properties }]) => JSON.stringify(resolved(Properties.PolicyDocument)).length);
  return { own: sizes('Policy'), managed: sizes('ManagedPolicy') };
}

/** With the longest that may stand where the template has a reference. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(resolved).join(separator);
  }
  if ('Ref' in value) return value.Ref === 'AWS::Partition' ? 'aws-us-gov' : '123456789012';
  if ('Fn::GetAtt' in value) return 'x'.repeat(150);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
}

describe('permissions for more route tables than one policy holds', () => {
  it.each([
    ['tokyo', TOKYO],
    ['virginia', VIRGINIA],
  ])('are policies that IAM takes: %s with %i tables', (site, tables) => {
    const { own, managed } = policies(site);
    expect(Math.max(...managed)).toBeLessThanOrEqual(IAM.managedPolicy);
    expect(own.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(IAM.ownPolicies);
    expect(managed.length).toBeLessThanOrEqual(IAM.managedPoliciesOfARole);
    // What `topology validate` reckons with.
    expect(managed).toHaveLength(managedPoliciesFor(tables));
  });

  it('let a swap move the first table and the last', async () => {
    await withSite(built.directory, async (site) => {
      expect((await site.post(report())).body.outcome).toBe('swapped');
      expect([target(site, first), target(site, last)]).toEqual([STANDBY, STANDBY]);
    });
  });

  it('are enforced, each of them', async () => {
    const copy = changed(built.directory, ({ Resources }) => {
      const id = Object.keys(Resources).find((each) => each.startsWith('RouteSwapRoleOverflowPolicy2')) ?? '';
      delete Resources[id];
    });
    await withSite(copy.directory, async (site) => {
      expect((await site.post(report())).body.outcome).toBe('partial');
      expect([target(site, first), target(site, last)]).toEqual([STANDBY, eniOf(tokyo.routers.active)]);
    });
    copy.remove();
  });
});

const STANDBY = eniOf(tokyo.routers.standby);

async function withSite(assembled: string, act: (site: SiteUnderTest) => Promise<void>): Promise<void> {
  const site = await SiteUnderTest.start(assembled, { of: topology, account: allButTwoMoved });
  try {
    await act(site);
  } finally {
    await site.close();
  }
}

/** A swap that stopped before its end: what is left of it is within one burst of EC2's throttle. */
function allButTwoMoved(account: Account): Account {
  const region = account.regions[tokyo.region];
  if (region === undefined) throw new Error(`${names.stack} has no region`);
  const routeTables = region.routeTables.map((table) =>
    table.id === first || table.id === last
      ? table
      : {
          ...table,
          routes: table.routes.map((route) => (route.target === 'local' ? route : { ...route, target: STANDBY })),
        },
  );
  const moved = { ...account.regions, [tokyo.region]: { ...region, routeTables } };
  // Marked by an earlier deployment: 1,200 emulated authorizations of CreateTags take minutes.
  const regions = Object.fromEntries(
    Object.entries(moved).map(([name, of]) => {
      const site = topology.sites.find((each) => each.region === name)?.name ?? '';
      const tags = { 'vyos-failover-controller': namesOf(topology, { name: site }).stack };
      return [name, { ...of, routeTables: of.routeTables.map((table) => ({ ...table, tags })) }];
    }),
  );
  return { regions, managedPoliciesPerRole: IAM.managedPoliciesOfARole };
}

function target(site: SiteUnderTest, table: string): string | undefined {
  const { routeTables } = site.emulator.ec2.state(tokyo.region);
  return routeTables.get(table)?.routes.find(({ target: to }) => to?.startsWith('eni-'))?.target;
}
