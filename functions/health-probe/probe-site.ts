import type { CommandEnd } from '#aws/run-command.ts';
import type { SiteStore } from '#aws/site-store.ts';
import { countEbgp, type EbgpCount, parseBgpSummary } from '#failover/bgp-summary.ts';
import { type Decision, decide } from '#failover/decision.ts';
import type { ProbeRound } from '#failover/observation.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import type { Log } from '#functions/log.ts';
import { type Eyes, observe } from '#functions/observe.ts';

/** What a round of the probe needs of the world. */
export interface ProbeTools extends Eyes {
  /** Unique to this round. */
  readonly run: string;
  readonly store: Pick<SiteStore, 'recall' | 'remember' | 'rememberProbes'>;
  /** Runs the probe's document on a router: prints its BGP summary as JSON. */
  readBgp(router: ManagedRouter): Promise<CommandEnd>;
  /** Asks route-swap to look for itself, and act. */
  askRouteSwap(request: { readonly action: 'probe'; readonly id: string }): Promise<unknown>;
  /** A count; with a router's name, of that router. */
  readonly metric: (name: string, value: number, router?: string) => void;
  readonly log: Log;
}

/** What a round found and did. */
export interface ProbeResult {
  readonly round: ProbeRound;
  readonly decision: Pick<Decision, 'kind' | 'reason' | 'says'>;
  /** route-swap's answer, if it was asked. */
  readonly swap?: unknown;
}

/** Two rounds are what a decision looks at; one more for people who read the table. */
const ROUNDS_KEPT = 3;

/**
 * One round: BGP of both routers → remember → look at the whole site → decide → ask route-swap if the rules say so.
 * It writes no route itself; route-swap looks again with its own eyes.
 */
export async function probeSite(tools: ProbeTools): Promise<ProbeResult> {
  const trigger = { kind: 'probe', id: `probe-${tools.run}` } as const;
  const round = await readRound(tools);
  const { memory } = await tools.store.recall(trigger.id);
  await tools.store.rememberProbes([...memory.probes, round].slice(-ROUNDS_KEPT));
  tools.metric('ProbeRounds', 1);
  const { kind, reason, says } = decide(await observe(trigger, tools));
  tools.log.info(says, { decision: { kind, reason }, round });
  if (kind !== 'swap') return { round, decision: { kind, reason, says } };
  const swap = await tools.askRouteSwap({ action: 'probe', id: trigger.id });
  tools.log.info('route-swap was asked', { swap });
  return { round, decision: { kind, reason, says }, swap };
}

async function readRound(tools: ProbeTools): Promise<ProbeRound> {
  const routers = routersOf(tools.site);
  const counts = await Promise.all(routers.map((router) => readEbgp(router, tools)));
  return {
    at: tools.now(),
    ebgp: Object.fromEntries(routers.map((router, index) => [router.name, counts[index] ?? null])),
  };
}

/** null: the router did not tell. A silent SSM agent, or a shell that fails, is unknown and never down. */
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
