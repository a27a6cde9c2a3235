import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notesOn } from '#cli/notes/topology-notes.ts';
import { packPolicies, type Right } from '#infra/policy-size.ts';
import { RouterPolicies } from '#infra/router-policies.ts';
import type { Topology } from '#topology/topology.ts';
import { routerSecrets } from '#vyos/router-secrets.ts';
import { load, siteFile } from '../topology/files.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const IAM = { managedPolicy: 6_144, managedPoliciesOfARole: 10 };

const { context: CONTEXT } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };

/** With names as long as Lambda lets them be. @param ownRoles a role for each router */
function manySites(count: number, ownRoles = false): Topology {
  const sites = Array.from({ length: count }, (_, index) => {
    const name = `site-number-${'x'.repeat(10)}-${index + 1}`;
    const { routers, ...site } = siteFile(name, 1);
    const number = index + 1;
    const own = Object.entries(routers).map(([router, keys], last) => [
      router,
      {
        ...keys,
        instance: `i-${String(number * 10 + last).padStart(8, '0')}`,
        eni: `eni-${String(number * 10 + last).padStart(8, '0')}`,
        subnet: `10.${number}.10${last}.0/24`,
        address: `10.${number}.10${last}.10`,
        publicAddress: `203.${number}.113.${last + 1}`,
        loopback: `192.168.${number}.${last + 1}`,
        ...(ownRoles && { instanceRole: `${router}-role` }),
      },
    ]);
    const place = {
      region: 'ap-northeast-1',
      asn: 64_600 + number,
      vpc: { id: `vpc-${String(number).padStart(8, '0')}`, cidr: `10.${number}.0.0/16` },
      frontSubnets: [`10.${number}.0.0/20`],
      detectors: ['serf', 'bfd'],
      routeTables: [`rtb-${String(number).padStart(8, '0')}`],
    };
    const routersOfSite = Object.fromEntries(own) as object;
    return [name, { ...site, ...place, routers: routersOfSite }] as const;
  });
  const all: object = Object.fromEntries(sites);
  return load({ name: 'many', sites: all });
}

interface ManagedPolicy {
  readonly Roles: readonly string[];
  readonly PolicyDocument: {
    readonly Statement: readonly { Action: string | string[]; Resource: string | string[] }[];
  };
}

/** The policies that the stack of the first site makes. */
function policiesOf(topology: Topology): readonly ManagedPolicy[] {
  const [site] = topology.sites;
  if (site === undefined) throw new Error('no site');
  const app = new App({ context: CONTEXT });
  const stack = new Stack(app, 'Site', { env: { region: site.region, account: '123456789012' } });
  const routeArn = `arn:aws:execute-api:${site.region}:123456789012:own/$default/POST/v1/sites/${site.name}/events`;
  new RouterPolicies(stack, 'Routers', { stack, topology, site, routeArn });
  const { Resources } = app.synth().getStackByName('Site').template as {
    Resources: Record<string, { Properties: ManagedPolicy }>;
  };
  return Object.values(Resources).map(({ Properties }) => Properties);
}

function allowed(policies: readonly ManagedPolicy[], action: string): string[] {
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return statements.flatMap(({ Action, Resource }) => ([Action].flat().includes(action) ? [Resource].flat() : []));
}

describe('what the routers of a site may do', () => {
  it.each([
    [60, false],
    [100, true],
  ])('fits into policies that IAM takes, with %i sites and a role for each router: %s', (count, ownRoles) => {
    const policies = policiesOf(manySites(count, ownRoles));
    const sizes = policies.map(({ PolicyDocument }) => JSON.stringify(PolicyDocument).replaceAll(/\s/g, '').length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(IAM.managedPolicy);
    const ofRoles = Map.groupBy(policies, ({ Roles }) => Roles.join());
    expect([...ofRoles.values()].map(({ length }) => length > IAM.managedPoliciesOfARole)).not.toContain(true);
    expect(ofRoles.size).toBe(ownRoles ? 2 : 1);
  });

  it('are testimonies at exactly the events route of every other site, and reports at its own', () => {
    const topology = manySites(60);
    const [own, ...others] = topology.sites;
    const routes = allowed(policiesOf(topology), 'execute-api:Invoke');
    expect(routes.toSorted()).toEqual(
      [
        `arn:aws:execute-api:${own?.region}:123456789012:own/$default/POST/v1/sites/${own?.name}/events`,
        ...others.map(
          ({ name, region }) => `arn:aws:execute-api:${region}:123456789012:*/$default/POST/v1/sites/${name}/events`,
        ),
      ].toSorted(),
    );
  });

  it('are keys by the names that the topology states, as after a rotation', () => {
    const topology = manySites(3);
    const tunnels = topology.tunnels.map((tunnel) => ({ ...tunnel, psk: `${tunnel.psk}-2026-11` }));
    const named = allowed(policiesOf({ ...topology, tunnels }), 'ssm:GetParameter');
    const { active, standby } = topology.sites[0]?.routers ?? {};
    const own = tunnels.filter(({ between }) => between.some((end) => [active?.name, standby?.name].includes(end)));
    const keys = named.flatMap((arn) => /:parameter(\/.*\/psk\/.*)$/.exec(arn)?.[1] ?? []);
    expect(keys.toSorted()).toEqual(own.map(({ psk }) => psk).toSorted());
  });

  it('are the keys of both where they share a role, and of each its own where they do not', () => {
    const shared = policiesOf(manySites(3));
    expect(new Set(shared.flatMap(({ Roles }) => Roles)).size).toBe(1);
    const ownRoles = manySites(3, true);
    const byRole = Map.groupBy(policiesOf(ownRoles), ({ Roles }) => Roles.join());
    expect(byRole.size).toBe(2);
    for (const [role, policies] of byRole) {
      const keys = routerSecrets(ownRoles, role.replace(/-role$/, '')).map(({ name }) => name);
      const named = allowed(policies, 'ssm:GetParameter').map((arn) => arn.replace(/.*:parameter/, ''));
      expect(named.toSorted()).toEqual(keys.toSorted());
    }
    const [one = [], other = []] = [...byRole.values()].map((policies) => allowed(policies, 'ssm:GetParameter'));
    expect(new Set([...one, ...other])).toEqual(new Set(allowed(shared, 'ssm:GetParameter')));
    // Serf's key is the pair's own.
    const common = one.filter((name) => other.includes(name));
    expect(common).toEqual([expect.stringMatching(/:parameter\/vyos-failover\/many\/serf\/site-number-x+-1$/)]);
    const mayReport = [...byRole.values()].map((policies) => allowed(policies, 'execute-api:Invoke').toSorted());
    expect(mayReport).toEqual([0, 1].map(() => allowed(shared, 'execute-api:Invoke').toSorted()));
  });
});

describe('a role with more policies than IAM allows', () => {
  it('is reported before the deployment', () => {
    const topology = manySites(100);
    const [site] = topology.sites;
    const role = site?.routers.active.instanceRole;
    const count = policiesOf(topology).length;
    expect(count).toBeGreaterThan(IAM.managedPoliciesOfARole);
    expect(notesOn(topology)).toContainEqual(
      expect.stringContaining(
        `role ${role}: the permissions of its routers require ${count} managed policies, and the default quota is 10`,
      ),
    );
  });

  it('may be one of several sites', () => {
    const { sites, ...topology } = manySites(12);
    const shared = sites.map((each) => {
      const { active, standby } = each.routers;
      const instanceRole = 'router';
      return { ...each, routers: { active: { ...active, instanceRole }, standby: { ...standby, instanceRole } } };
    });
    const notes = notesOn({ ...topology, sites: shared }).filter((note) => note.startsWith('role '));
    expect(notes).toEqual([
      expect.stringMatching(/^role router \(24\): what its routers may do takes more than the 20 managed policies/),
    ]);
  });
});

describe('rights in policies', () => {
  const anyRights = fc.array(
    fc.record({
      actions: fc.array(fc.string({ minLength: 5, maxLength: 40 }), { minLength: 1, maxLength: 8 }),
      resources: fc.array(fc.string({ minLength: 1, maxLength: 300 }), { maxLength: 60 }),
    }),
    { maxLength: 8 },
  );
  const size = (some: readonly Right[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: some.map(({ actions, resources }) => ({ Effect: 'Allow', Action: actions, Resource: resources })),
    }).length;

  it('are all there, in order, and none is larger than IAM takes', () => {
    fc.assert(
      fc.property(anyRights, (rights) => {
        const policies = packPolicies(rights, (resource) => JSON.stringify(resource).length - 2);
        for (const policy of policies) expect(size(policy)).toBeLessThanOrEqual(IAM.managedPolicy);
        const pairs = (of: readonly Right[]) =>
          of.flatMap(({ actions, resources }) => resources.map((resource) => [...actions, resource]));
        expect(pairs(policies.flat())).toEqual(pairs(rights));
      }),
    );
  });

  it('that fit nowhere are a mistake, not an endless search', () => {
    const right = { actions: ['a:b'], resources: ['x'.repeat(7_000)] };
    expect(() => packPolicies([right], (resource) => resource.length)).toThrow(RangeError);
  });
});
