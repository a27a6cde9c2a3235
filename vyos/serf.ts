import type { Profile, Topology } from '#topology/topology.ts';
import { findRouter } from './find-router.ts';
import { secretPlaceholder, serfKeyName } from './secrets.ts';

/** Where everything of ours lies on a router: only /config survives a VyOS image upgrade. */
export const routerDirectory = '/config/vyos-failover';

/** https://github.com/hashicorp/serf/blob/master/docs/agent/options.html.markdown */
export interface SerfConfig {
  readonly node_name: string;
  readonly bind: string;
  readonly profile: 'lan';
  readonly tags: { readonly role: string; readonly site: string };
  readonly encrypt_key: string;
  readonly rpc_addr: string;
  readonly event_handlers: readonly string[];
  readonly snapshot_path: string;
  readonly retry_join: readonly string[];
  readonly retry_interval: string;
  readonly rejoin_after_leave: boolean;
  readonly leave_on_terminate: boolean;
  readonly reconnect_interval: string;
  readonly reconnect_timeout: string;
  readonly tombstone_timeout: string;
  readonly log_level: string;
}

/**
 * None of the three takes part in noticing a failure; that is the profile's doing (`lan`: 6 to 8 s).
 *
 * `original`: the article's, for comparison. 12 s is how long a lost peer is remembered: after a partition that lasts
 * longer (a reaper runs every 15 s) the two never meet again by themselves, and nothing watches any more.
 *
 * `fast`: a year, so that whatever comes back is known. Serf's default of 24 h would end a long week-end's watch.
 */
const timers: Readonly<
  Record<Profile, Pick<SerfConfig, 'reconnect_interval' | 'reconnect_timeout' | 'tombstone_timeout'>>
> = {
  original: { reconnect_interval: '4s', reconnect_timeout: '12s', tombstone_timeout: '12s' },
  fast: { reconnect_interval: '5s', reconnect_timeout: '8760h', tombstone_timeout: '8760h' },
};

/**
 * The Serf agent's configuration for one router. The same on both routers of a pair: failover has no direction, and the
 * reporter itself leaves out events that are not about its partner.
 *
 * What stock Serf cannot do, and something beside it has to: `retry_join` stops for good after its first success, so a
 * timer must join again whenever the partner is missing; and an agent that starts while the partner is dead never gets
 * a `member-failed` for it.
 *
 * @param options profile: default the topology's
 * @throws VyosConfigError for a router that is not in the topology
 */
export function serfConfig(topology: Topology, name: string, options: { readonly profile?: Profile } = {}): SerfConfig {
  const { router, partner, site } = findRouter(topology, name);
  return {
    node_name: router.name,
    bind: router.address,
    profile: 'lan',
    tags: { role: router.role, site: site.name },
    encrypt_key: secretPlaceholder(serfKeyName(topology, site.name)),
    rpc_addr: '127.0.0.1:7373',
    event_handlers: [`member-failed,member-leave=${routerDirectory}/report`],
    snapshot_path: `${routerDirectory}/serf.snapshot`,
    retry_join: [partner.address],
    retry_interval: '5s',
    rejoin_after_leave: true,
    // Stopping the agent, or the router, is a leave that the partner hears of in 1.5 s, not a failure after 7.
    leave_on_terminate: true,
    ...timers[options.profile ?? topology.profile],
    log_level: 'info',
  };
}

/** The text of the file, as `serf agent -config-file` reads it once the key stands in it. */
export function renderSerfConfig(config: SerfConfig): string {
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
