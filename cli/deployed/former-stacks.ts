import type { ListedStack } from '#aws/stacks.ts';
import { controllerOf } from '#failover/controller.ts';
import { isSlackStackName } from '#infra/slack-channels.ts';
import { isCreatedId } from '#topology/created-ids.ts';
import { someOf } from '#topology/some-of.ts';
import type { Topology } from '#topology/topology.ts';
import { doomedStacks } from '../destroy/doomed-stacks.ts';

/** A deployed stack of a topology that the present file does not describe. */
export interface FormerStack {
  readonly name: string;
  readonly region: string;
  /** By its tags; empty: the stack of a Slack channel, which is of several sites. */
  readonly site: string;
  /** What it is and what to do about it, as a clause. */
  readonly says: string;
}

/**
 * Stacks of a topology that its file no longer has: a site was renamed or removed, or has another Region; a router is no longer
 * created; or no site posts into a Slack channel any more. Such a site's functions still move routes. Pure.
 *
 * @param listed stacks of the Regions in which the topology is, or was, deployed
 */
export function formerStacks(topology: Topology, listed: readonly ListedStack[]): readonly FormerStack[] {
  const described = new Set(doomedStacks(topology, topology.sites).flat().map(keyOf));
  return listed
    .filter((stack) => stack.tags[TOPOLOGY_TAG] === topology.name)
    .filter((stack) => stack.tags[SITE_TAG] !== undefined || isSlackStackName(topology, stack.name))
    .filter((stack) => !described.has(keyOf(stack)))
    .map((stack) => ({
      name: stack.name,
      region: stack.region,
      site: stack.tags[SITE_TAG] ?? '',
      says: clauseOn(stack, topology),
    }));
}

/** Stacks of sites of other topologies. */
export function otherSiteStacks(topology: Topology, listed: readonly ListedStack[]): readonly ListedStack[] {
  return listed.filter(({ name, tags }) => {
    const [of, site] = [tags[TOPOLOGY_TAG], tags[SITE_TAG]];
    return (
      of !== undefined &&
      of !== topology.name &&
      site !== undefined &&
      name === controllerOf({ topology: of, name: site })
    );
  });
}

/**
 * A site's stack of another topology that moves routes of the same tables, because a topology was renamed, or two files name the same
 * tables. Versions up to 0.1.0 do not mark their tables, and move routes of tables that others have marked.
 *
 * @param template of the stack: the permissions in it name its tables
 * @returns undefined: it has no table of the topology
 */
export function sharedTables(topology: Topology, stack: ListedStack, template: string): FormerStack | undefined {
  const { name, region, tags } = stack;
  const here = topology.sites.filter((site) => site.region === region);
  const tables = here.flatMap(({ routeTables }) => routeTables.map(({ id }) => id));
  const shared = tables.filter((id) => !isCreatedId(id) && template.includes(`route-table/${id}`));
  if (shared.length === 0) return undefined;
  const site = tags[SITE_TAG] ?? '';
  const says =
    `stack ${name} in ${region} moves routes of ${someOf(shared)}, too: two controllers overrule each other; ` +
    `delete it with the file of its deployment (vyos-failover destroy FORMER-FILE --site ${site}), or remove the tables from one of the files`;
  return { name, region, site, says };
}

/** Of all stacks of a site (`siteTags` in `infra/names.ts`). */
export const TOPOLOGY_TAG = 'vyos-failover';
export const SITE_TAG = 'vyos-failover-site';

function clauseOn({ name, region, tags }: ListedStack, { name: topology, sites }: Topology): string {
  const site = tags[SITE_TAG] ?? '';
  if (site === '')
    return `stack ${name} in ${region} posts messages of topology ${topology} into a Slack channel that its file no longer has there: aws cloudformation delete-stack --region ${region} --stack-name ${name}`;
  const described = sites.find((each) => each.name === site);
  const what = `stack ${name} in ${region} belongs to topology ${topology}`;
  const former = `vyos-failover destroy FORMER-FILE --site ${site}`;
  if (described === undefined)
    return `${what}, whose file has no site ${site}: its functions may still move routes; delete it with the file of its deployment (${former})`;
  if (described.region !== region)
    return `${what}, whose file has site ${site} in ${described.region}: its functions may still move routes; delete it with the file of its deployment (${former})`;
  return `${what}, whose file does not describe it any more: aws cloudformation delete-stack --region ${region} --stack-name ${name}`;
}

function keyOf({ name, region }: { readonly name: string; readonly region: string }): string {
  return `${region} ${name}`;
}
