import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { eniOf } from '#demo/account-of-topology.ts';
import type { Account, RegionFixture } from '#emulator/account.ts';
import { exampleWithOptions, fileWithOptions } from './example-with-options.ts';
import { assembly, names, SiteUnderTest, tokyo } from './site-under-test.ts';
import { copyOf } from './synthesized.ts';

const active = eniOf(tokyo.routers.active);
const standby = eniOf(tokyo.routers.standby);
const [first = '', second = ''] = tokyo.routeTables.map(({ id }) => id);

/** The account of the example, without the managed routes. */
function withoutRoutes({ regions, ...account }: Account): Account {
  const here = regions[tokyo.region] as RegionFixture;
  const routeTables = here.routeTables.map((table) => ({
    ...table,
    routes: table.routes.filter(({ target }) => !target.startsWith('eni-')),
  }));
  return { ...account, regions: { ...regions, [tokyo.region]: { ...here, routeTables } } };
}

interface Custom {
  readonly Type: string;
  readonly Properties: { readonly Tables?: readonly { readonly Id: string; readonly Destinations: string[] }[] };
}

let file: ReturnType<typeof fileWithOptions>;
let site: SiteUnderTest;
let built: Awaited<ReturnType<typeof assembly>>;
beforeAll(async () => {
  file = fileWithOptions();
  built = await assembly(file.path);
  site = await SiteUnderTest.start(built.directory, { of: exampleWithOptions, account: withoutRoutes });
});
afterAll(async () => {
  await site.close();
  built.remove();
  file.remove();
});

/** Targets by table and destination, local routes and gateways left out. */
function routes(): Record<string, string> {
  const { routeTables } = site.emulator.ec2.state(tokyo.region);
  return Object.fromEntries(
    [first, second].flatMap((table) =>
      (routeTables.get(table)?.routes ?? [])
        .filter(({ target }) => target.startsWith('eni-'))
        .map(({ destination, target }) => [`${table} ${destination}`, target]),
    ),
  );
}

/** The stacks as another front subnet of Virginia makes them, which is a destination of Tokyo's first table. */
function extended(): string {
  const copy = copyOf(built.directory);
  onTestFinished(() => copy.remove());
  const path = join(copy.directory, `${names.stack}.template.json`);
  const changed = JSON.parse(readFileSync(path, 'utf8')) as { Resources: Record<string, Custom> };
  for (const { Type, Properties } of Object.values(changed.Resources))
    if (Type === 'Custom::ManagedRoutes')
      Properties.Tables?.find(({ Id }) => Id === first)?.Destinations.push('10.2.32.0/20');
  writeFileSync(path, JSON.stringify(changed));
  return copy.directory;
}

const at = (eni: string) => ({ [`${first} 10.2.0.0/20`]: eni, [`${second} 10.2.0.0/20`]: eni });

it('a deployment creates the managed routes that are missing, and another one creates a new one where the others are', async () => {
  expect(routes()).toEqual(at(active));

  await site.contact();
  await site.emulator.tickSchedules(tokyo.region);
  const move = { action: 'switchover', id: 'move-1', to: 'tokyo-2', by: 'ann', reason: 'test' };
  expect((await site.emulator.invoke(names.routeSwap, move)).payload).toMatchObject({ outcome: 'swapped' });
  expect(routes()).toEqual(at(standby));

  await site.emulator.deploy(extended());
  expect(routes()).toEqual({ ...at(standby), [`${first} 10.2.32.0/20`]: standby });
  expect(site.emulator.happenings.some((each) => each.kind === 'call' && each.action === 'DeleteRoute')).toBe(false);
});

it('neither a deployment without them nor the removal of the stack changes or deletes a route', async () => {
  const before = routes();
  const example = await assembly();
  onTestFinished(() => example.remove());
  await site.emulator.deploy(example.directory);
  expect(routes()).toEqual(before);

  await site.emulator.deploy(built.directory);
  expect(routes()).toEqual(before);
  const { endpoint, credentials } = site.emulator;
  const client = new CloudFormationClient({ region: tokyo.region, endpoint, credentials: credentials.forUser() });
  await client.send(new DeleteStackCommand({ StackName: names.stack }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName: names.stack });
  client.destroy();
  expect(routes()).toEqual(before);
});
