import { exitCodes } from '#cli/output/exit-codes.ts';
import type { DestroyView } from '#cli/views/destroy-view.ts';
import { namesOf, tablePrefix } from '#infra/names.ts';
import type { Site } from '#topology/topology.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import { hostStack } from './hosts/hosts.ts';
import { removeMeter } from './route-latency.ts';
import type { RunContext } from './run-context.ts';

const POLL_MS = 10_000;
const HOST_GONE_WITHIN_MS = 15 * 60_000;

/** What a removal needs of a run; its signal is that of the second Ctrl-C. */
export type Removal = Pick<RunContext, 'topology' | 'file' | 'ports' | 'signal'>;

/**
 * Removes the measuring hosts, the measurements of route changes, the stacks, the tables and the keys, in this order, because a host is in
 * a subnet of the stacks. The same call continues an interrupted removal.
 *
 * @returns what is left, as sentences; empty: nothing
 */
export async function destroyEverything(run: Removal): Promise<string[]> {
  const { topology, ports, signal } = run;
  try {
    ports.show('Removing everything that the run created');
    const hosts = await Promise.all(topology.sites.map((site) => destroyHost(site, run)));
    const meters = await Promise.all(topology.sites.map((site) => removeMeter(site, run)));
    const left = [...hosts.flatMap((each) => each ?? []), ...meters.flat()];
    if (left.length > 0) return left;
    const { exitCode, view } = await ports.cli(['destroy', '--yes'], run.file, signal);
    signal.throwIfAborted();
    const { says, stacks = [] } = (view ?? {}) as Partial<DestroyView>;
    if (exitCode !== exitCodes.done) return [says ?? 'the stacks could not be deleted', ...stacks.flatMap(stackLeft)];
    await destroyTables(run);
    await destroyKeys(run);
    return [];
  } catch (error) {
    if (signal.aborted) return ['The removal was interrupted: CloudFormation completes the deletions that have begun.'];
    return [`The removal failed: ${(error as Error).message}`];
  }
}

function stackLeft({ name, region, state, why }: DestroyView['stacks'][number]): string[] {
  return state === 'deleted' || state === 'absent' ? [] : [`stack ${name} in ${region}`, ...why];
}

/** @returns why the host is still there */
async function destroyHost(site: Site, { topology, ports, signal }: Removal): Promise<string | undefined> {
  const where = hostStack(topology, site);
  if ((await ports.cloud.describeStack(where, signal)) === undefined) return undefined;
  await ports.cloud.deleteStack(where, ports.newId());
  const until = ports.now() + HOST_GONE_WITHIN_MS;
  for (;;) {
    const stack = await ports.cloud.describeStack(where, signal);
    if (stack === undefined) return undefined;
    if (stack.status === 'DELETE_FAILED' || ports.now() >= until)
      return `stack ${where.name} in ${where.region}: ${stack.reason ?? stack.status}`;
    await ports.sleep(POLL_MS, signal);
  }
}

/**
 * The tables of the history stay when their stacks are deleted; of an acceptance run nobody reads them. By their names, because an
 * earlier removal may have deleted the stacks and not the tables.
 */
async function destroyTables({ topology, ports, signal }: Removal): Promise<void> {
  for (const site of topology.sites) {
    const prefix = tablePrefix(namesOf(topology, site).stack);
    for (const name of await ports.cloud.listTables(site.region, prefix, signal))
      await ports.cloud.deleteTable(site.region, name);
  }
}

async function destroyKeys({ topology, ports }: Removal): Promise<void> {
  for (const { name, regions } of neededSecrets(topology))
    for (const region of regions) await ports.cloud.deleteParameter(region, name);
}
