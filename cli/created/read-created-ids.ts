import { namesOf } from '#infra/names.ts';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { addressOutputs, isCreated } from './created-sites.ts';
import { explainingStackFaults } from './explaining-stack-faults.ts';

/** Ids and addresses by their keys, such as `eni:tokyo-1` and `address:tokyo-1` (`topology/created-ids.ts`). */
export type CreatedIds = ReadonlyMap<string, string>;

/**
 * Reads the outputs of a site's addresses stack.
 *
 * @returns undefined: there is no such stack
 * @throws CommandError (exit code 1) if CloudFormation does not answer
 */
export async function readSiteIds({ topology, site }: SiteRef, cli: Cli): Promise<CreatedIds | undefined> {
  const name = namesOf(topology, site).addressesStack;
  const stack = await explainingStackFaults(site.region, cli, () =>
    cli.environment.cloud.describeStack({ region: site.region, name }, cli.io.signal),
  );
  if (stack === undefined) return undefined;
  return new Map(
    [...addressOutputs(site)].flatMap(([key, output]) => {
      const id = stack.outputs[output];
      return id === undefined ? [] : [[key, id] as const];
    }),
  );
}

/** The same for all sites of a topology; what is not deployed is left out. */
export async function readCreatedIds(topology: Topology, cli: Cli): Promise<CreatedIds> {
  const sites = await Promise.all(topology.sites.filter(isCreated).map((site) => readSiteIds({ topology, site }, cli)));
  return new Map(sites.flatMap((ids) => [...(ids ?? [])]));
}
