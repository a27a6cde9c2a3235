import type { Profile, Topology } from '#topology/topology.ts';
import { findRouter } from './find-router.ts';
import { secretPlaceholder, serfKeyName } from './secrets.ts';

/** The directory of vyos-failover on a router. Only /config survives a VyOS image upgrade. */
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
 * These timers do not affect failure detection, which depends on Serf's profile (`lan`: 6 to 8 s).
 *
 * `original`: the article's values, for comparison. Serf forgets a lost peer after 12 s: after a longer partition (a reaper
 * runs every 15 s) the two agents do not rejoin by themselves, and failures are no longer detected.
 *
 * `fast`: a year, so that a returning peer is still known. Serf's default of 24 h is shorter than a weekend.
 */
const timers: Readonly<
  Record<Profile, Pick<SerfConfig, 'reconnect_interval' | 'reconnect_timeout' | 'tombstone_timeout'>>
> = {
  original: { reconnect_interval: '4s', reconnect_timeout: '12s', tombstone_timeout: '12s' },
  fast: { reconnect_interval: '5s', reconnect_timeout: '8760h', tombstone_timeout: '8760h' },
};

/**
 * The Serf agent's configuration for one router. Both routers of a pair get the same handlers, because failover works in both
 * directions; the reporter ignores events that are not about its partner.
 *
 * Two gaps of Serf are closed by `router/reconcile`: `retry_join` stops after its first success, so a timer joins again whenever
 * the partner is missing; and an agent that starts while the partner is down never gets a `member-failed` event.
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
    // Stopping the agent or the router is a leave, which the partner receives within 1.5 s instead of a failure after 7 s.
    leave_on_terminate: true,
    ...timers[options.profile ?? topology.profile],
    log_level: 'info',
  };
}

/** The text of the file, as `serf agent -config-file` reads it once it contains the key. */
export function renderSerfConfig(config: SerfConfig): string {
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
