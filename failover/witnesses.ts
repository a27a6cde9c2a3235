import { PROBE_FRESH_MS } from './fitness.ts';
import { factsOf, type Observation } from './observation.ts';
import type { ManagedRouter } from './site.ts';

/** Somebody other than the survivor who says that a router is down. */
export interface Witness {
  readonly who: 'ec2-state' | 'ec2-status-check' | 'probe' | 'neighbor' | 'heartbeat';
  /** A clause, with its age. */
  readonly says: string;
}

/** What a router of another site says counts for so long. */
const TESTIMONY_FRESH_MS = 30_000;
/** So many heartbeats must be missing before silence says something. */
const MISSED_HEARTBEATS = 3;
/**
 * Longer silence says nothing any more: somebody switched heartbeats off. Longer than the hour after which the policy
 * allows another swap.
 */
const SILENCE_SPEAKS_MS = 90 * 60_000;

/** Instance states of a router that cannot forward. `pending` is on its way, `unknown` proves nothing. */
export const NOT_RUNNING: ReadonlySet<string> = new Set(['stopping', 'stopped', 'shutting-down', 'terminated']);

/** Everybody who speaks against a router, the survivor left out: its own view may be that of the isolated one. */
export function witnessesAgainst(seen: Observation, router: ManagedRouter): readonly Witness[] {
  return [fromEc2State, fromStatusChecks, fromProbe, fromNeighbors, fromHeartbeat].flatMap(
    (ask) => ask(seen, router) ?? [],
  );
}

function fromEc2State(seen: Observation, router: ManagedRouter): Witness | undefined {
  const { instance } = factsOf(seen, router);
  return NOT_RUNNING.has(instance) ? { who: 'ec2-state', says: `EC2 says that it is ${instance}` } : undefined;
}

function fromStatusChecks(seen: Observation, router: ManagedRouter): Witness | undefined {
  const impaired = factsOf(seen, router).statusChecks === 'impaired';
  return impaired ? { who: 'ec2-status-check', says: 'its EC2 status check is impaired' } : undefined;
}

/** A router that answered and has no session is down; one that did not answer is unknown. */
function fromProbe({ memory, at }: Observation, router: ManagedRouter): Witness | undefined {
  const newest = memory.probes.at(-1);
  const ebgp = newest?.ebgp[router.name];
  if (newest === undefined || ebgp?.established !== 0 || at - newest.at > PROBE_FRESH_MS) return undefined;
  return { who: 'probe', says: `the probe found none of its eBGP sessions Established ${age(newest.at, at)} ago` };
}

function fromNeighbors({ memory, at }: Observation, router: ManagedRouter): Witness | undefined {
  const testimony = memory.testimonies.find(
    ({ about, at: said }) => about === router.name && Math.abs(at - said) <= TESTIMONY_FRESH_MS,
  );
  if (testimony === undefined) return undefined;
  return { who: 'neighbor', says: `${testimony.by} lost sight of it ${age(testimony.at, at)} ago` };
}

function fromHeartbeat(seen: Observation, router: ManagedRouter): Witness | undefined {
  const { heartbeat } = factsOf(seen, router);
  if (heartbeat === undefined) return undefined;
  const silent = seen.at - heartbeat.at;
  if (silent <= MISSED_HEARTBEATS * heartbeat.everyMs || silent > SILENCE_SPEAKS_MS) return undefined;
  return { who: 'heartbeat', says: `its last heartbeat is ${age(heartbeat.at, seen.at)} old` };
}

function age(at: number, now: number): string {
  return `${Math.max(0, Math.round((now - at) / 1000))} s`;
}
