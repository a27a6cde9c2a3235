import { countEbgp, type EbgpCount, parseBgpSummary } from '#failover/bgp-summary.ts';
import type { ProbeRound } from '#failover/memory.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import type { ProbeTools } from './probe-site.ts';

/** Reads BGP of both routers at once. */
export async function readRound(tools: ProbeTools): Promise<ProbeRound> {
  const routers = routersOf(tools.site);
  const counts = await Promise.all(routers.map((router) => readEbgp(router, tools)));
  const ebgp = Object.fromEntries(routers.map((router, index) => [router.name, counts[index] ?? null]));
  return { turn: tools.turn, at: tools.now(), ebgp };
}

/**
 * null: the router did not tell. A silent SSM agent, or a shell that fails, is unknown and never down. A router that says
 * that it has no bgpd has told: it has no session.
 */
async function readEbgp(router: ManagedRouter, tools: ProbeTools): Promise<EbgpCount | null> {
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
