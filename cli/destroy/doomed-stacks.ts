import type { StackName } from '#aws/stacks.ts';
import { namesOf, routerStackName } from '#infra/names.ts';
import { slackChannels, slackStackName } from '#infra/slack-channels.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { createdRouters, isCreated } from '../created/created-sites.ts';

/** A stack that `destroy` deletes. */
export interface DoomedStack extends StackName {
  readonly site: string;
  /** In the order of the deletion. */
  readonly kind: 'slack' | 'router' | 'site' | 'addresses';
  /** Of a router's stack. */
  readonly router?: Router;
}

/**
 * The stacks of sites, and those of the whole topology with the last of them, in phases: the stacks of a phase are deleted at the same
 * time, those of the next one afterwards. Pure.
 */
export function doomedStacks(topology: Topology, sites: readonly Site[]): readonly (readonly DoomedStack[])[] {
  const phase = (stacksOf: (site: Site) => readonly DoomedStack[]) => sites.flatMap(stacksOf);
  const isAll = topology.sites.every(({ name }) => sites.some((site) => site.name === name));
  return [
    ...(isAll ? [slackStacks(topology)] : []),
    phase((site) =>
      createdRouters(site).map((router) => ({
        ...of(site),
        kind: 'router',
        name: routerStackName(topology, site, router.name),
        router,
      })),
    ),
    phase((site) => [{ ...of(site), kind: 'site', name: namesOf(topology, site).stack }]),
    phase((site) =>
      isCreated(site) ? [{ ...of(site), kind: 'addresses', name: namesOf(topology, site).addressesStack }] : [],
    ),
  ];
}

function slackStacks(topology: Topology): readonly DoomedStack[] {
  return slackChannels(topology).map(({ channel, sites: [first] }) => ({
    ...of(first),
    kind: 'slack',
    name: slackStackName(topology, channel),
  }));
}

function of({ name: site, region }: Site) {
  return { site, region };
}
