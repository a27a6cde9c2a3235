import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DeleteStackCommand,
  UpdateTerminationProtectionCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { CreateTagsCommand, DeleteTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eniOf } from '#demo/account-of-topology.ts';
import type { StackEvent } from '#emulator/cloudformation/stack.ts';
import { assembly, names, SiteUnderTest, tokyo } from './site-under-test.ts';
import { copyOf } from './synthesized.ts';

const EXAMPLE = 'examples/tokyo-virginia.yaml';
const OWN = names.stack;
const RENAMED = 'vyos-failover-tokyo-virginia--edo';
const [first = '', second = ''] = tokyo.routeTables.map(({ id }) => id);
const { region } = tokyo;
const [ROUTE_SWAP, MARK_FUNCTION, MARKS] = [
  /^RouteSwapFunction[0-9A-F]{8}$/,
  /^MarkedTablesMarkFunction[0-9A-F]{8}$/,
  /^MarkedTables[0-9A-F]{8}$/,
];

const folder = mkdtempSync(join(tmpdir(), 'one-controller-'));

const copies: { remove(): void }[] = [];

async function built(file: string): Promise<string> {
  const copy = await assembly(file);
  copies.push(copy);
  return copy.directory;
}

/** The same stacks as those of a topology that calls the site otherwise, without the synthesis: their names contain the site's. */
function underNewName(directory: string): string {
  const copy = copyOf(directory);
  copies.push(copy);
  for (const name of readdirSync(copy.directory).filter((each) => each.endsWith('.json'))) {
    const file = join(copy.directory, name);
    const text = readFileSync(file, 'utf8').replaceAll(OWN, RENAMED);
    writeFileSync(file, text.replaceAll('/vyos-failover/tokyo-virginia/tokyo/', '/vyos-failover/tokyo-virginia/edo/'));
    renameSync(file, join(copy.directory, name.replace(OWN, RENAMED)));
  }
  return copy.directory;
}

let site: SiteUnderTest;
let example: string;
let renamed: string;
beforeAll(async () => {
  example = await built(EXAMPLE);
  renamed = underNewName(example);
  site = await SiteUnderTest.start(example);
});
afterAll(async () => {
  await site.close();
  for (const copy of copies) copy.remove();
  rmSync(folder, { recursive: true, force: true });
});

function marks(): Record<string, string | undefined> {
  const { routeTables } = site.emulator.ec2.state(region);
  return Object.fromEntries([first, second].map((id) => [id, routeTables.get(id)?.tags['vyos-failover-controller']]));
}

async function deleteStack(StackName: string): Promise<void> {
  const { endpoint, credentials } = site.emulator;
  const client = new CloudFormationClient({ region, endpoint, credentials: credentials.forUser() });
  // As `destroy` does: the stack that states no protection has none.
  await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName });
  client.destroy();
}

/** The resources that CloudFormation has deleted, in that order. */
function deletedIn(events: readonly StackEvent[]): string[] {
  return events.filter(({ status }) => status === 'DELETE_COMPLETE').map(({ logicalId }) => logicalId);
}

/** Resources that CloudFormation left in place. */
function deletionsSkippedIn(stack: string): string[] {
  const { events } = site.emulator.stack(stack);
  return events.filter(({ status }) => status === 'DELETE_SKIPPED').map(({ logicalId }) => logicalId);
}

async function switchover(to: string, id: string): Promise<unknown> {
  const move = { action: 'switchover', id, to, by: 'ann', reason: 'test' };
  return (await site.emulator.invoke(names.routeSwap, move)).payload;
}

it('a second controller of the same tables is refused at its deployment, and changes nothing', async () => {
  expect(marks()).toEqual({ [first]: OWN, [second]: OWN });
  await expect(site.emulator.deploy(renamed)).rejects.toThrow(
    new RegExp(
      `Stack ${OWN} already moves the routes of ${first} .*vyos-failover destroy FILE.*Then deploy again`,
      's',
    ),
  );
  expect(marks()).toEqual({ [first]: OWN, [second]: OWN });
  expect(site.emulator.stack(RENAMED).status).toBe('ROLLBACK_COMPLETE');
  // No table either: a first deployment that fails has no history to keep.
  expect([...site.emulator.stack(RENAMED).resources.keys()]).toEqual([]);
  expect(deletionsSkippedIn(RENAMED)).toEqual([]);
  // Nothing that could have moved a route was ever there.
  const deleted = deletedIn(site.emulator.stack(RENAMED).events);
  expect(deleted).toContainEqual(expect.stringMatching(MARK_FUNCTION));
  expect(deleted).not.toContainEqual(expect.stringMatching(ROUTE_SWAP));
  // Evidence for 90 s: for the moves of the next test too.
  await site.contact();
  await site.emulator.tickSchedules(region);
  expect(await switchover('tokyo-2', 'move-1')).toMatchObject({ outcome: 'swapped', moved: [{}, {}] });
  expect(site.targets()).toEqual([eniOf(tokyo.routers.standby), eniOf(tokyo.routers.standby)]);
});

it('routes of a table that gets another mark stay, and are named with what to do', async () => {
  const { endpoint, credentials } = site.emulator;
  const ec2 = new EC2Client({ region, endpoint, credentials: credentials.forUser() });
  const Tags = [{ Key: 'vyos-failover-controller', Value: 'vyos-failover-other--tokyo' }];
  await ec2.send(new CreateTagsCommand({ Resources: [first], Tags }));
  const before = site.targets();
  expect(await switchover('tokyo-1', 'move-2')).toMatchObject({
    outcome: 'swapped',
    moved: [{ table: second }],
    foreign: [{ table: first }],
  });
  expect(site.targets()).toEqual([before[0], eniOf(tokyo.routers.active)]);
  const { payload } = await site.emulator.invoke(names.routeSwap, { action: 'rehearse' });
  expect(payload).toMatchObject({
    ready: false,
    problems: expect.arrayContaining([
      expect.stringMatching(`${first} 10.2.0.0/20 has another controller: .* vyos-failover-other--tokyo; .*destroy`),
    ]) as string[],
  });
  await ec2.send(new DeleteTagsCommand({ Resources: [first], Tags }));
  ec2.destroy();
  // Without a mark, as before there were any.
  expect(await switchover('tokyo-1', 'move-3')).toMatchObject({ outcome: 'swapped', moved: [{ table: first }] });
});

it('a stack that found a table unmarked a moment ago may not overwrite the mark that another has made since', async () => {
  const { endpoint, credentials } = site.emulator;
  const [, role] = [...site.emulator.stack(OWN).resources].find(([id]) => id.startsWith('MarkedTablesMarkRole')) ?? [];
  const keys = credentials.forRole(`arn:aws:iam::123456789012:role/${role?.identity.ref}`, 'session');
  const asOperator = new EC2Client({ region, endpoint, credentials: credentials.forUser() });
  const asFunction = new EC2Client({ region, endpoint, credentials: keys, maxAttempts: 1 });
  const tag = (Value: string) => ({ Resources: [first], Tags: [{ Key: 'vyos-failover-controller', Value }] });
  await asFunction.send(new CreateTagsCommand(tag(OWN)));
  await asOperator.send(new CreateTagsCommand(tag(RENAMED)));
  await expect(asFunction.send(new CreateTagsCommand(tag(OWN)))).rejects.toThrow(/not authorized/);
  await asOperator.send(new CreateTagsCommand(tag(OWN)));
  asOperator.destroy();
  asFunction.destroy();
});

it('a table that leaves the topology loses its mark, the others when the stack is deleted; then the new name takes over', async () => {
  const file = join(folder, 'fewer.yaml');
  const withoutSecond = readFileSync(EXAMPLE, 'utf8').replace(new RegExp(`^ *- \\{? ?(id: )?${second}.*\\n`, 'm'), '');
  writeFileSync(file, `${withoutSecond}\nterminationProtection: true\n`);
  const fewer = await built(file);
  await site.emulator.deploy(fewer);
  expect(site.emulator.stack(OWN)).toMatchObject({ terminationProtection: true });
  expect(marks()).toEqual({ [first]: OWN, [second]: undefined });
  const { events } = site.emulator.stack(OWN);
  const before = events.length;
  await deleteStack(OWN);
  expect(marks()).toEqual({ [first]: undefined, [second]: undefined });
  // While it could still move routes, no other stack could mark their tables.
  const deleted = deletedIn(events.slice(before));
  const at = (id: RegExp) => deleted.findIndex((each) => id.test(each));
  expect([at(ROUTE_SWAP) >= 0, at(ROUTE_SWAP) < at(MARKS)]).toEqual([true, true]);
  await site.emulator.deploy(renamed);
  expect(marks()).toEqual({ [first]: RENAMED, [second]: RENAMED });
  await expect(site.emulator.deploy(example)).rejects.toThrow(`Stack ${RENAMED} already moves the routes of ${first}`);
});
