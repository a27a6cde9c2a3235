import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deployedMetadata, MODEL_OUTPUT, modelDigest } from '#infra/deployed-metadata.ts';
import { namesOf, routerStackName } from '#infra/names.ts';
import { withCreatedAddresses } from '#topology/created-ids.ts';
import { loadTopology } from '#topology/load.ts';
import { commandLine, examplesFolder } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

test('of a topology that is not deployed are its keys, its deployment and the first bundles', async () => {
  const { exitCode, stdout } = await commandLine(['changes', 'tokyo-virginia.yaml', '--json']);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'vyos-failover.changes/1',
    outcome: 'changes',
    edits: [],
    steps: [
      { kind: 'keys' },
      { kind: 'deploy' },
      { kind: 'bundle', by: 'operator' },
      { kind: 'bundle' },
      { kind: 'push' },
    ],
    refusals: [],
  });
});

describe('of a site that the deployment created', () => {
  const file = readFileSync(`${examplesFolder}/created.yaml`, 'utf8');
  const { topology: loaded } = loadTopology(file, 'created.yaml');
  if (loaded === undefined) throw new Error('the example has mistakes');
  const topology = withCreatedAddresses(loaded);

  /** Everything is deployed; the stack of one router has this digest of its model. */
  function deployedWith(model: string | undefined): FakeCloud {
    const cloud = new FakeCloud();
    for (const site of topology.sites) {
      const { stack, addressesStack } = namesOf(topology, site);
      cloud.add(addressesStack, { region: site.region });
      cloud.add(stack, { region: site.region, metadata: deployedMetadata(topology, site) });
      for (const { name } of [site.routers.active, site.routers.standby])
        cloud.add(routerStackName(topology, site, name), {
          region: site.region,
          outputs: { [MODEL_OUTPUT]: modelDigest(topology, site) },
        });
    }
    const outputs = model === undefined ? {} : { [MODEL_OUTPUT]: model };
    Object.assign(cloud.stacks.get(BEHIND) ?? {}, { outputs });
    return cloud;
  }
  const BEHIND = 'vyos-failover-created--tokyo--router--tokyo-2';

  test.each([
    ['an earlier deployment, whose later one failed', 'of another file', ['tokyo']],
    ['a version that states no model', undefined, []],
  ])('is a deployment, where a router has a stack of %s', async (_, model, sites) => {
    const { stdout } = await commandLine(['changes', 'created.yaml', '--json'], { cloud: deployedWith(model) });
    const { steps, notes } = JSON.parse(stdout) as {
      readonly steps: readonly { readonly kind: string; readonly says: string }[];
      readonly notes: readonly string[];
    };
    expect(steps.filter(({ kind }) => kind === 'deploy').map(({ says }) => says)).toEqual(
      sites.map((site) => `deploy ${site}`),
    );
    expect(notes.filter((note) => note.includes(BEHIND))).toEqual(
      sites.map(
        (site) => expect.stringContaining(`${site}: the stack ${BEHIND} was not made from this file`) as string,
      ),
    );
  });
});
