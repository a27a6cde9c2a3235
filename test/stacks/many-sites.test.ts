import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { notesOn } from '#cli/notes/topology-notes.ts';
import { eniOf } from '#demo/account-of-topology.ts';
import { CreatedIds } from '#infra/created/created-ids.ts';
import { MADE_PER_SITE } from '#infra/made-per-site.ts';
import { SiteStack } from '#infra/site-stack.ts';
import type { Topology } from '#topology/topology.ts';
import { bgpOf, loaded, names, report, SiteUnderTest, type Template, tokyo } from './site-under-test.ts';
import { functionsBuilt } from './synthesized.ts';

const SITES = 42;
const LAST = `site-${SITES}`;

const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-many-sites-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The example, with as many more sites in Tokyo's region: its quotas are all in use there. */
const topology = withSites(SITES);

function withSites(count: number): Topology {
  const file = parse(readFileSync('examples/tokyo-virginia.yaml', 'utf8')) as { sites: object };
  const more = Array.from({ length: count - 2 }, (_, index) => siteNumber(index + 3));
  return loaded(
    stringify({ ...file, tunnels: undefined, sites: { ...file.sites, ...Object.fromEntries(more) } }),
    'many.yaml',
  );
}

function siteNumber(n: number): [string, object] {
  const id = (prefix: string, k = 0) => `${prefix}-${String(n * 10 + k).padStart(17, '0')}`;
  const router = (role: string, k: number) => ({
    role,
    instance: id('i', k),
    eni: id('eni', k),
    subnet: `10.${n}.10${k}.0/24`,
    address: `10.${n}.10${k}.10`,
    publicAddress: `203.1.${n}.${k}`,
    loopback: `172.30.${n}.${k}`,
  });
  const site = {
    region: tokyo.region,
    asn: 64_600 + n,
    vpc: { id: id('vpc'), cidr: `10.${n}.0.0/16` },
    frontSubnets: [`10.${n}.0.0/20`],
    instanceRole: `site-${n}-router`,
    routers: { [`site-${n}-1`]: router('active', 1), [`site-${n}-2`]: router('standby', 2) },
    routeTables: [id('rtb')],
  };
  return [`site-${n}`, site];
}

it(`${SITES} sites in one region are within what an account has`, () => {
  expect(notesOn(topology).filter((note) => /have the quota|cannot be deployed/.test(note))).toEqual([]);
});

/** To synthesize all of them takes longer than all other tests of the stacks; what a stack has grows with the number of sites. */
let synthesized: ReturnType<App['synth']>;

beforeAll(async () => {
  await functionsBuilt();
  const app = new App({ outdir: join(directory, 'out') });
  for (const site of topology.sites.filter(({ name }) => [tokyo.name, LAST].includes(name)))
    new SiteStack(app, { topology, site, created: new CreatedIds([]) });
  synthesized = app.synth();
});

it('a stack has as many rules and documents as validate reckons with', () => {
  const { Resources } = synthesized.getStackByName(names.stack).template as Template;
  const made = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type).length;
  expect({ rules: made('AWS::Events::Rule'), documents: made('AWS::SSM::Document') }).toEqual(MADE_PER_SITE);
});

it(`sites of a topology of ${SITES} are deployed into the emulator, and one of them fails over`, async () => {
  const site = await SiteUnderTest.start(synthesized.directory, { of: topology });
  try {
    const evidence = { bgp: bgpOf('tokyo-2', 'Established', topology), detectedAt: new Date().toISOString() };
    expect(site.emulator.stacks.map((name) => site.emulator.stack(name).status)).toEqual([
      'CREATE_COMPLETE',
      'CREATE_COMPLETE',
    ]);
    const answer = await site.post(report({ evidence }));
    expect(answer.body).toMatchObject({ outcome: 'swapped' });
    const { routeTables } = site.emulator.ec2.state(tokyo.region);
    const moved = tokyo.routeTables.map(
      ({ id }) => routeTables.get(id)?.routes.filter(({ target }) => target === eniOf(tokyo.routers.standby)).length,
    );
    // The second table names one destination.
    expect(moved).toEqual([SITES - 1, 1]);
  } finally {
    await site.close();
  }
});
