import { isCutOff } from './bgp-counts.ts';
import { PROBE_FRESH_MS } from './fitness.ts';
import { factsOf, type Observation } from './observation.ts';
import { type ManagedRouter, peerOf } from './site.ts';

/** Somebody other than the peer who says that a router is down; each is independent of the others. */
export interface Witness {
  readonly who: 'ec2-status-check' | 'probe' | 'neighbor' | 'heartbeat';
  /** A clause, with its age. */
  readonly says: string;
}

/** What a router of another site says counts for so long. */
export const WITNESS_REPORT_FRESH_MS = 30_000;
/** So many heartbeats must be missing before silence says something. */
export const MISSED_HEARTBEATS = 3;
/**
 * Longer silence says nothing any more: somebody switched heartbeats off. Longer than the hour after which the policy
 * allows another swap.
 */
const SILENCE_SPEAKS_MS = 90 * 60_000;

/** Everybody who speaks against a router, its peer left out: the peer's own view may be that of the isolated one. */
export function witnessesAgainst(observation: Observation, router: ManagedRouter): readonly Witness[] {
  return [fromStatusChecks, fromProbe, fromNeighbors, fromHeartbeat].flatMap((ask) => ask(observation, router));
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
    .filter(({ about, at: said }) => about === router.eni && Math.abs(at - said) <= WITNESS_REPORT_FRESH_MS)
    .map(({ by, at: said }) => ({ who: 'neighbor', says: `${by} lost sight of it ${age(said, at)} ago` }));
}

function fromHeartbeat(observation: Observation, router: ManagedRouter): readonly Witness[] {
  const { heartbeat } = factsOf(observation, router);
  // A store that takes nothing keeps no heartbeat either: then the silence is its own.
  if (heartbeat === undefined || !observation.stored.reachable) return [];
  const silent = observation.at - heartbeat.at;
  if (silent <= MISSED_HEARTBEATS * heartbeat.everyMs || silent > SILENCE_SPEAKS_MS) return [];
  return [{ who: 'heartbeat', says: `its last heartbeat is ${age(heartbeat.at, observation.at)} old` }];
}

function age(at: number, now: number): string {
  return `${Math.max(0, Math.round((now - at) / 1000))} s`;
}
