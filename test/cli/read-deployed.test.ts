import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Deployed, readDeployed } from '#cli/deployed/read-deployed.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { deployedMetadata } from '#infra/deployed-metadata.ts';
import { deployedTopology } from '#topology/deployed-topology.ts';
import { loadTopology } from '#topology/load.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { cliWith, examplesFolder } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

function loaded(example: string, edit: (text: string) => string = (text) => text): { topology: Topology; site: Site } {
  const { topology } = loadTopology(edit(readFileSync(`${examplesFolder}/${example}.yaml`, 'utf8')), example);
  const [site] = topology?.sites ?? [];
  if (topology === undefined || site === undefined) throw new Error(`${example} has mistakes`);
  return { topology, site };
}

const { topology, site } = loaded('tokyo-virginia');
const NAME = 'vyos-failover-tokyo-virginia--tokyo';

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
const read = (): Promise<Deployed> => readDeployed({ topology, site }, cliWith({ cloud }));

describe('the deployed model of a site is', () => {
  test.each(['tokyo-virginia', 'created', 'mixed', 'one-site-and-a-far-end', 'original-2014', 'edge-tables'])(
    'what the template of %s states, as JSON',
    async (example) => {
      const of = loaded(example);
      const metadata = JSON.parse(JSON.stringify(deployedMetadata(of.topology, of.site))) as Record<string, unknown>;
      cloud.add(`vyos-failover-${of.topology.name}--${of.site.name}`, { metadata });
      expect(await readDeployed(of, cliWith({ cloud }))).toEqual({
        kind: 'deployed',
        status: 'CREATE_COMPLETE',
        model: {
          schema: 'vyos-failover.deployed/1',
          version: PRODUCT_VERSION,
          topology: deployedTopology(of.topology, of.site),
        },
      });
    },
  );

  test('absent without a stack, and after a first deployment that failed', async () => {
    expect(await read()).toEqual({ kind: 'absent', says: `tokyo is not deployed: there is no stack ${NAME}` });
    cloud.add(NAME, { status: 'ROLLBACK_COMPLETE' });
    expect(await read()).toMatchObject({
      kind: 'absent',
      says: expect.stringContaining('ROLLBACK_COMPLETE') as string,
    });
  });

  test.each([
    ['0.1.0', undefined, /is of version 0\.1\.0 or before and states no topology/, /^deploy this version/],
    ['no version', { 'vyos-failover': 'x' }, /metadata of its template cannot be read/, /^deploy this version/],
    [
      'a later version',
      { 'vyos-failover': { schema: 'vyos-failover.deployed/2', version: '9.1.0' } },
      /as vyos-failover\.deployed\/2, and this version reads/,
      /^use version 9\.1\.0 /,
    ],
    [
      'a version before the first',
      { 'vyos-failover': { schema: 'vyos-failover.deployed/0', version: '0.1.9' } },
      /as vyos-failover\.deployed\/0/,
      /^deploy this version/,
    ],
    [
      'somebody who edited it',
      { 'vyos-failover': { schema: 'vyos-failover.deployed/1', version: '0.2.0', topology: { name: 'x' } } },
      /the topology in its template cannot be read: .*profile/s,
      /^deploy this version/,
    ],
  ])('unknown, and never guessed, in a template of %s', async (of, metadata, says, hint) => {
    cloud.add(NAME, metadata === undefined ? {} : { metadata });
    expect(await read()).toEqual({
      kind: 'unknown',
      status: 'CREATE_COMPLETE',
      says: expect.stringMatching(says) as string,
      hint: expect.stringMatching(hint) as string,
      ...(of === 'a later version' && { isLater: true }),
    });
  });
});

describe('the model of a site', () => {
  const modelOf = (edit: (text: string) => string, name: string): unknown => {
    const edited = loaded('tokyo-virginia', edit).topology;
    const [found] = edited.sites.filter((each) => each.name === name);
    return found && deployedTopology(edited, found);
  };
  const unedited = (text: string) => text;

  test.each([
    ['another site’s policy', (text: string) => text.replace('mode: automatic', 'mode: observe'), 'virginia'],
    [
      'another site’s route tables',
      (text: string) => text.replace('rtb-0a1b2c3d4e5f60021', 'rtb-0123456789abcdef0'),
      'virginia',
    ],
  ])('stays with an edit of %s', (_what, edit, name) => {
    expect(modelOf(edit, 'tokyo')).not.toEqual(modelOf(unedited, 'tokyo'));
    expect(modelOf(edit, name)).toEqual(modelOf(unedited, name));
  });

  test.each([
    ['front subnets', (text: string) => text.replaceAll('10.1.0.0/20', '10.1.0.0/19')],
    ['address', (text: string) => text.replaceAll('203.0.113.10', '203.0.113.99')],
    ['instance', (text: string) => text.replaceAll('i-0a1b2c3d4e5f60011', 'i-0123456789abcdef0')],
  ])('changes with the %s of another site', (_what, edit) => {
    expect(modelOf(edit, 'virginia')).not.toEqual(modelOf(unedited, 'virginia'));
  });

  test('has the names of keys in SSM, and no key', () => {
    const { tunnels } = deployedTopology(topology, site);
    expect(tunnels.length).toBeGreaterThan(0);
    for (const { psk } of tunnels) expect(psk).toMatch(/^\/vyos-failover\/tokyo-virginia\/psk\//);
  });
});
