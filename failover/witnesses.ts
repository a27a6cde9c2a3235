import { isCutOff } from './bgp-counts.ts';
import {
  HEARTBEAT_DUE_INTERVALS,
  HEARTBEAT_EXPIRED_MS,
  MISSED_HEARTBEATS,
  PROBE_FRESH_MS,
  WITNESS_REPORT_FRESH_MS,
} from './limits.ts';
import { factsOf, type Observation, type RouterFacts } from './observation.ts';
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
  if (heartbeat === undefined || !observation.stored.reachable) return [];
  const silent = observation.at - heartbeat.at;
  if (silent <= MISSED_HEARTBEATS * heartbeat.everyMs || silent > HEARTBEAT_EXPIRED_MS) return [];
  if (!wouldBeStored(observation, router, heartbeat)) return [];
  return [{ who: 'heartbeat', says: `its last heartbeat is ${age(heartbeat.at, observation.at)} old` }];
}

/**
 * Whether the store has taken a heartbeat of the peer when one of this router was overdue, and so long ago that another one is overdue
 * since. A store that took no writes holds the last heartbeat from before: that it is old is then no sign of the router's.
 */
function wouldBeStored(
  observation: Observation,
  router: ManagedRouter,
  { at, everyMs }: NonNullable<RouterFacts['heartbeat']>,
): boolean {
  const dueMs = HEARTBEAT_DUE_INTERVALS * everyMs;
  const peer = factsOf(observation, peerOf(observation.site, router)).heartbeat;
  return [peer?.at, peer?.earlierAt].some(
    (taken) => taken !== undefined && taken - at >= dueMs && observation.at - taken >= dueMs,
  );
}

function age(at: number, now: number): string {
  return `${Math.max(0, Math.round((now - at) / 1000))} s`;
}
