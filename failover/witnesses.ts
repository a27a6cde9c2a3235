import { isCutOff } from './bgp-counts.ts';
import {
  HEARTBEAT_EXPIRED_MS,
  HEARTBEAT_GAP_INTERVALS,
  MISSED_HEARTBEATS,
  PROBE_FRESH_MS,
  WITNESS_REPORT_FRESH_MS,
} from './limits.ts';
import { factsOf, type Observation } from './observation.ts';
import { type ManagedRouter, peerOf } from './site.ts';

/** A source other than the peer that confirms a router's failure. Witnesses are independent of each other. */
export interface Witness {
  readonly who: 'ec2-status-check' | 'probe' | 'neighbor' | 'heartbeat';
  /** A clause, with the age of the evidence. */
  readonly says: string;
}

/** All witnesses of a router's failure. Its peer is none: the peer may be the one that is isolated. */
export function witnessesAgainst(observation: Observation, router: ManagedRouter): readonly Witness[] {
  return [
    ...fromStatusChecks(observation, router),
    ...fromProbe(observation, router),
    ...fromNeighbors(observation, router),
    ...fromHeartbeat(observation, router),
  ];
}

function fromStatusChecks(observation: Observation, router: ManagedRouter): readonly Witness[] {
  const impaired = factsOf(observation, router).statusChecks === 'impaired';
  return impaired ? [{ who: 'ec2-status-check', says: 'its EC2 status check is impaired' }] : [];
}

/** A router that answered and has neither path nor detour is down; one that did not answer is unknown. */
function fromProbe({ stored, site, at }: Observation, router: ManagedRouter): readonly Witness[] {
  const newest = stored.probes.at(-1);
  const own = newest?.readings[router.eni];
  if (newest === undefined || own === null || own === undefined || at - newest.at > PROBE_FRESH_MS) return [];
  const peer = newest.readings[peerOf(site, router).eni]?.bgp;
  if (!isCutOff(own.bgp, peer, site.pairForwards)) return [];
  return [{ who: 'probe', says: `the probe found it without a path ${age(newest.at, at)} ago` }];
}

function fromNeighbors({ stored, at }: Observation, router: ManagedRouter): readonly Witness[] {
  return stored.witnessReports
    .filter(({ about, at: reportedAt }) => about === router.eni && Math.abs(at - reportedAt) <= WITNESS_REPORT_FRESH_MS)
    .map(({ by, at: reportedAt }) => ({ who: 'neighbor', says: `${by} lost sight of it ${age(reportedAt, at)} ago` }));
}

function fromHeartbeat(observation: Observation, router: ManagedRouter): readonly Witness[] {
  const { heartbeat } = factsOf(observation, router);
  const since = storedSince(observation, peerOf(observation.site, router));
  if (heartbeat === undefined || since === undefined || !observation.stored.reachable) return [];
  const missingFor = observation.at - Math.max(heartbeat.at, since);
  if (missingFor <= MISSED_HEARTBEATS * heartbeat.everyMs) return [];
  if (observation.at - heartbeat.at > HEARTBEAT_EXPIRED_MS) return [];
  return [{ who: 'heartbeat', says: `its last heartbeat is ${age(heartbeat.at, observation.at)} old` }];
}

/**
 * Since when the store is known to take heartbeats, up to now: it has taken every one of this router. Without that, the last heartbeat of
 * its peer may be old because the store took none. Undefined: unknown.
 */
function storedSince(observation: Observation, router: ManagedRouter): number | undefined {
  const { heartbeat } = factsOf(observation, router);
  if (heartbeat === undefined) return undefined;
  const isLast = observation.at - heartbeat.at <= HEARTBEAT_GAP_INTERVALS * heartbeat.everyMs;
  return isLast ? heartbeat.since : undefined;
}

function age(at: number, now: number): string {
  return `${Math.max(0, Math.round((now - at) / 1000))} s`;
}
