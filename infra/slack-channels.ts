import type { Site, Topology } from '#topology/topology.ts';
import { nameWithin } from './names.ts';

/** The sites that post into one channel. */
export interface SlackChannel {
  readonly workspace: string;
  readonly channel: string;
  readonly sites: readonly [Site, ...Site[]];
}

/** The channels of a topology. */
export function slackChannels({ sites }: Topology): readonly SlackChannel[] {
  const channels = new Map<string, SlackChannel>();
  for (const site of sites) {
    if (site.notify.slack === undefined) continue;
    const { workspace, channel } = site.notify.slack;
    const known = channels.get(`${workspace} ${channel}`);
    channels.set(`${workspace} ${channel}`, { workspace, channel, sites: known ? [...known.sites, site] : [site] });
  }
  return [...channels.values()];
}

/** No site's: a channel's id is in capital letters. */
export function slackStackName({ name }: Pick<Topology, 'name'>, channel: string): string {
  return nameWithin(`vyos-failover-${name}`, 'slack', channel);
}

/** Whether a stack is that of a Slack channel, which the topology's file may no longer have. */
export function isSlackStackName(topology: Pick<Topology, 'name'>, stack: string): boolean {
  return stack.startsWith(slackStackName(topology, ''));
}
