import type { ListedStack, StackName } from '#aws/stacks.ts';
import { namesOf, nameWithin } from '#infra/names.ts';
import type { Cli } from '../cli.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { explainingMeterFaults } from './explaining-meter-faults.ts';

/** Of the stack of a measurement and all that is in it. Not `siteTags`: the stack belongs to no site. */
const TAG = 'vyos-failover-route-latency';

/** The stack of a site's measurement. */
export function meterStack({
  topology,
  site,
}: SiteRef): StackName & { readonly tags: Readonly<Record<string, string>> } {
  const name = nameWithin(namesOf(topology, site).stack, 'route-latency');
  return { region: site.region, name, tags: { [TAG]: `${topology.name}/${site.name}` } };
}

/** Stacks of measurements of the site, by tag: a measurement is under way, or was killed. */
export async function findMeterStacks(where: SiteRef, cli: Cli): Promise<readonly ListedStack[]> {
  const { region, tags } = meterStack(where);
  const listed = await explainingMeterFaults('CloudFormation', region, cli, () =>
    cli.environment.cloud.listStacks(region, cli.io.signal),
  );
  return listed.filter((stack) => stack.tags[TAG] === tags[TAG]);
}
