import type { RouterMetric } from '#contracts/metrics.ts';
import { pathOf } from '#failover/bgp-counts.ts';
import { countSessionsIn } from '#failover/bgp-summary.ts';
import { shortClause } from '#failover/clause.ts';
import { programsIn } from '#failover/installed-programs.ts';
import { instanceOf, type Observation, type RouterFacts } from '#failover/observation.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import type { ProbeReading, ProbeRound } from '#failover/stored-state.ts';
import { type ObservationPorts, ofAttachedInstances } from './observe.ts';
import type { RouterAnswer } from './on-instance.ts';

/** What reading BGP requires. */
export interface RoundPorts extends Pick<ObservationPorts, 'site' | 'now' | 'log'> {
  /** Runs the probe's document on a router: prints its BGP sessions, counted, as JSON. */
  readBgp(router: ManagedRouter): Promise<RouterAnswer>;
  /** Emits one metric of a router. */
  readonly routerMetric: (name: RouterMetric, value: number, router: string) => void;
}

/** A decision uses two rounds; the third is for operators who read the table. */
const ROUNDS_KEPT = 3;

/** Reads BGP of both routers in parallel. */
export async function readRound(ports: RoundPorts): Promise<ProbeRound> {
  const routers = routersOf(ports.site);
  const found = await Promise.all(routers.map((router) => askRouter(router, ports)));
  const unanswered = routers.flatMap(({ eni }, index) => {
    const why = found[index]?.why;
    return why === undefined ? [] : [[eni, shortClause(why)] as const];
  });
  const asked = routers.flatMap(({ eni, instance: its }, index) => {
    const instance = found[index]?.instance;
    return its !== undefined || instance === undefined ? [] : [[eni, instance] as const];
  });
  return {
    at: ports.now(),
    readings: Object.fromEntries(routers.map(({ eni }, index) => [eni, found[index]?.reading ?? null])),
    ...(unanswered.length > 0 && { unanswered: Object.fromEntries(unanswered) }),
    ...(asked.length > 0 && { asked: Object.fromEntries(asked) }),
  };
}

/**
 * null: unknown. If the SSM agent is silent, the shell fails, or no session in the list can be read, the sessions are unknown
 * and not down. A router that answers that it has no bgpd has no session.
 */
export async function readRouter(router: ManagedRouter, ports: RoundPorts): Promise<ProbeReading | null> {
  return (await askRouter(router, ports)).reading;
}

interface Asked {
  readonly reading: ProbeReading | null;
  /** Why there is none. */
  readonly why?: string;
  /** `i-…` that was asked; undefined: none is attached. */
  readonly instance: string | undefined;
}

async function askRouter(router: ManagedRouter, ports: RoundPorts): Promise<Asked> {
  const end = await ports.readBgp(router);
  const at = ports.now();
  const instance = end.instance ?? router.instance;
  const bgp = end.kind === 'answered' ? countSessionsIn(end.output, router.bgp) : undefined;
  if (bgp === undefined || instance === undefined) {
    const why = end.kind === 'answered' ? `no BGP sessions in ${JSON.stringify(end.output.slice(0, 200))}` : end.why;
    ports.log.warn(`${router.name} did not tell its BGP state: ${why}`, { router: router.name });
    return { reading: null, why, instance };
  }
  ports.routerMetric('EbgpReceiving', bgp.tunnels.receiving, router.name);
  const programs = end.kind === 'answered' ? programsIn(end.output) : undefined;
  return { reading: { instance, at, bgp, ...(programs && { programs }) }, instance };
}

/** The observation with this round, as if the round had been in the store. */
export function withRound(observation: Observation, found: ProbeRound): Observation {
  const round = ofAttachedInstances(found, observation.site, (router) => instanceOf(observation, router));
  const earlier = observation.stored.probes.find(({ turn }) => turn !== undefined && turn === round.turn);
  const others = observation.stored.probes.filter((each) => each !== earlier);
  const whole = earlier === undefined ? round : merged(earlier, round);
  const isPairUp = Object.values(whole.readings).some((reading) => (reading?.bgp.pair.receiving ?? 0) > 0);
  const pairUpAt = isPairUp ? whole.at : (whole.pairUpAt ?? others.at(-1)?.pairUpAt);
  const probes = [...others, { ...whole, pairUpAt }].toSorted((a, b) => a.at - b.at).slice(-ROUNDS_KEPT);
  return routersOf(observation.site).reduce<Observation>(
    (sofar, router) => withReading(sofar, router, round.readings[router.eni] ?? null, round.at),
    { ...observation, stored: { ...observation.stored, probes } },
  );
}

/**
 * Two deliveries of one turn are one round, of the time of the first, with the newer reading of each router. One that is silent
 * in one of them keeps its reading of the other.
 */
function merged(one: ProbeRound, other: ProbeRound): ProbeRound {
  const readings = Object.keys(other.readings).map((eni) => [eni, newerOf(one, other, eni)]);
  return { ...other, at: Math.min(one.at, other.at), readings: Object.fromEntries(readings) as ProbeRound['readings'] };
}

function newerOf(one: ProbeRound, other: ProbeRound, eni: string): ProbeReading | null {
  const readings = [one, other].flatMap(({ at, readings: found }) => {
    const reading = found[eni];
    return reading === null || reading === undefined ? [] : [{ at: reading.at ?? at, reading }];
  });
  return readings.toSorted((a, b) => a.at - b.at).at(-1)?.reading ?? null;
}

/**
 * What was just read on one router, in place of what was read on it before; null changes nothing.
 *
 * @param roundAt the time of a reading that has none of its own, ms since the epoch
 */
export function withReading(
  observation: Observation,
  router: ManagedRouter,
  reading: ProbeReading | null,
  roundAt: number,
): Observation {
  const facts = observation.routers[router.name];
  if (reading === null || facts === undefined || reading.instance !== instanceOf(observation, router))
    return observation;
  const at = reading.at ?? roundAt;
  // A reading that is unknown does not replace an earlier one.
  const before = facts.evidence.find(({ by }) => by === 'probe');
  if (before !== undefined && (before.at > at || pathOf(reading.bgp) === 'unknown')) return observation;
  const evidence: RouterFacts['evidence'] = [
    ...facts.evidence.filter(({ by }) => by !== 'probe'),
    { by: 'probe', at, bgp: reading.bgp },
  ];
  return { ...observation, routers: { ...observation.routers, [router.name]: { ...facts, evidence } } };
}
