import { describe, expect, it } from 'vitest';
import { accountQuotasNotes } from '#cli/notes/account-quotas-notes.ts';
import { routerRolesNotes } from '#cli/notes/router-roles-notes.ts';
import { notesOn } from '#cli/notes/topology-notes.ts';
import { policiesByRole, whyRefused } from '#infra/role-policies.ts';
import type { Topology } from '#topology/topology.ts';
import { load, siteFile } from '../topology/files.ts';

type SiteChange = Readonly<Record<string, unknown>>;

/** All in one region. */
function sites(count: number, change: SiteChange = {}): Topology {
  const all = Array.from({ length: count }, (_, index) => {
    const n = index + 1;
    const name = `site-${n}`;
    const id = (prefix: string, k = 0) => `${prefix}-${String(n * 10 + k).padStart(8, '0')}`;
    const { routers, ...site } = siteFile(name, 1);
    const pair = Object.entries(routers).map(([router, keys], k) => [
      router,
      {
        ...keys,
        instance: id('i', k),
        eni: id('eni', k),
        subnet: `10.${n}.10${k}.0/24`,
        address: `10.${n}.10${k}.10`,
        publicAddress: `203.1.${n}.${k}`,
        loopback: `172.30.${n}.${k + 1}`,
      },
    ]);
    const place = {
      asn: 64_600 + n,
      vpc: { id: id('vpc'), cidr: `10.${n}.0.0/16` },
      frontSubnets: [`10.${n}.0.0/20`],
      routeTables: [id('rtb')],
    };
    const routersOfSite = Object.fromEntries(pair) as object;
    return [name, { ...site, ...place, routers: routersOfSite, ...change }] as const;
  });
  const file: object = Object.fromEntries(all);
  return load({ name: 'many', sites: file });
}

const quotas = (topology: Topology) => [...routerRolesNotes(topology), ...accountQuotasNotes(topology)];

describe('the default quotas of an account', () => {
  it('are sufficient for 42 sites in a region; with one more, validate names the quota of EventBridge rules', () => {
    expect(quotas(sites(42))).toEqual([]);
    expect(quotas(sites(43))).toEqual([
      'region ap-northeast-1: 43 sites need 301 EventBridge rules, and the default quota is 300: request an increase of the ' +
        'quota "Number of rules" before you deploy.',
    ]);
  });

  it('limit the environments that sites reserve by default, but not those that the file gives', () => {
    const reserved = (count: number) => sites(count).sites.map(({ reservedConcurrency }) => reservedConcurrency);
    expect(new Set(reserved(36))).toEqual(new Set([20]));
    expect(new Set(reserved(37))).toEqual(new Set([19]));
    expect(quotas(sites(8, { reservedConcurrency: 100 }))).toEqual([]);
    expect(quotas(sites(9, { reservedConcurrency: 100 }))).toEqual([
      expect.stringContaining(
        '9 sites need 945 reserved Lambda environments (reservedConcurrency), and the default quota is 900',
      ),
    ]);
  });
});

describe("EC2's throttle, which the sites of a region share", () => {
  const note = (count: number) => notesOn(sites(count)).filter((each) => each.includes('throttle'));

  it('has a note where all routes together take more than 30 s', () => {
    // Each site has a route to every other one: 14 × 13 = 182 routes take 26.4 s.
    expect(note(14)).toEqual([]);
    expect(note(30)).toEqual([
      "region ap-northeast-1: 30 sites with 870 routes share EC2's throttle: if all of them fail at once, their routes take 2 min 44 s at least (docs/many-pairs.md)",
    ]);
  });
});

describe('sites that share a role', () => {
  const shared = (count: number) => sites(count, { instanceRole: 'router' });

  it('are refused by synth and validate if no quota is high enough', () => {
    const topology = shared(12);
    const policies = policiesByRole(topology).get('router');
    const [why] = whyRefused(topology);
    expect(policies).toBeGreaterThan(20);
    expect(why).toMatch(new RegExp(`^role router \\(${policies}\\): what its routers may do takes more than the 20 `));
    expect(notesOn(topology)[0]).toBe(why);
  });

  it('are accepted if IAM accepts them', () => {
    const topology = shared(10);
    expect(policiesByRole(topology).get('router')).toBe(10);
    expect([...whyRefused(topology), ...quotas(topology)]).toEqual([]);
  });
});

describe('user data', () => {
  const note = (count: number) => notesOn(sites(count)).find((each) => each.startsWith('cloud-init.yaml'));

  it('that EC2 accepts only compressed has a note', () => {
    expect(note(2)).toBeUndefined();
    expect(note(30)).toMatch(
      /^cloud-init\.yaml of site-1-1 has \d{5} bytes, and EC2 accepts 16384 bytes of user data: compress it to \d{4} bytes, .*gzip -9/,
    );
  });
});
