import type { CommandEnd } from '#aws/run-command.ts';
import { countEbgp, type EbgpCount, parseBgpSummary } from '#failover/bgp-summary.ts';
import type { ProbeRound } from '#failover/memory.ts';
import type { Observation } from '#failover/observation.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import type { Eyes } from './observe.ts';

/** What reading BGP takes. */
export interface RoundTools extends Pick<Eyes, 'site' | 'now' | 'log'> {
  /** Runs the probe's document on a router: prints its BGP summary as JSON. */
  readBgp(router: ManagedRouter): Promise<CommandEnd>;
  /** A count; with a router's name, of that router. */
  readonly metric: (name: string, value: number, router?: string) => void;
}

/** Two rounds are what a decision looks at; one more for people who read the table. */
const ROUNDS_KEPT = 3;

/** Reads BGP of both routers at once. */
export async function readRound(tools: RoundTools): Promise<ProbeRound> {
  const routers = routersOf(tools.site);
  const counts = await Promise.all(routers.map((router) => readEbgp(router, tools)));
  const ebgp = Object.fromEntries(routers.map((router, index) => [router.name, counts[index] ?? null]));
  return { at: tools.now(), ebgp };
}

/**
 * null: the router did not tell. A silent SSM agent, or a shell that fails, is unknown and never down. A router that says
 * that it has no bgpd has told: it has no session.
 */
async function readEbgp(router: ManagedRouter, tools: RoundTools): Promise<EbgpCount | null> {
  const end = await tools.readBgp(router);
  const sessions = end.kind === 'answered' ? parseBgpSummary(parseJson(end.output), tools.site.asn) : undefined;
  if (sessions === undefined) {
    const why = end.kind === 'answered' ? `no BGP summary in ${JSON.stringify(end.output.slice(0, 200))}` : end.why;
    tools.log.warn(`${router.name} did not tell its BGP state: ${why}`, { router: router.name });
    tools.metric('RouterSilent', 1, router.name);
    return null;
  }
  const count = countEbgp(sessions);
  tools.metric('EbgpEstablished', count.established, router.name);
  return count;
}

/** The round that was just read, as if it had been remembered before we looked. */
export function withRound(seen: Observation, round: ProbeRound): Observation {
  const others = seen.memory.probes.filter(({ turn }) => turn === undefined || turn !== round.turn);
  const probes = [...others, round].slice(-ROUNDS_KEPT);
  const routers = Object.fromEntries(
    Object.entries(seen.routers).map(([name, facts]) => {
      const count = round.ebgp[name];
      if (count === null || count === undefined) return [name, facts];
      const own = facts.statements.filter(({ by }) => by !== 'probe');
      return [name, { ...facts, statements: [...own, { by: 'probe' as const, at: round.at, ...count }] }];
    }),
  );
  return { ...seen, routers, memory: { ...seen.memory, probes } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
