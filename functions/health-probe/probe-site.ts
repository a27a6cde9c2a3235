import type { Announcement } from '#aws/announcements.ts';
import { callFault } from '#aws/call-fault.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import type { SiteStore } from '#aws/site-store.ts';
import { type Decision, decideOn } from '#failover/decision.ts';
import { diagnose } from '#failover/diagnosis.ts';
import { clauseOf } from '#failover/in-words.ts';
import type { ProbeRound } from '#failover/memory.ts';
import type { Observation } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { Log } from '#functions/log.ts';
import { type Eyes, observe } from '#functions/observe.ts';
import { quietly } from '#functions/quietly.ts';
import { readRound } from './read-round.ts';
import { watchHealth } from './watch-health.ts';
import { watchPause } from './watch-pause.ts';

/** What a round of the probe needs of the world. */
export interface ProbeTools extends Eyes {
  /** Unique to this round. */
  readonly run: string;
  /** Unique to the schedule's turn that asked for it. */
  readonly turn: string;
  readonly store: Pick<SiteStore, 'recall' | 'remember' | 'rememberProbes' | 'setPause' | 'setHealth'>;
  /** Runs the probe's document on a router: prints its BGP summary as JSON. */
  readBgp(router: ManagedRouter): Promise<CommandEnd>;
  /** Asks route-swap, which looks for itself. `probe`: act, if you see what I see. `rehearse`: could you? */
  readonly askRouteSwap: (request: RouteSwapRequest) => Promise<unknown>;
  announce(detailType: Announcement, detail: Readonly<Record<string, unknown>>): Promise<void>;
  /** A count; with a router's name, of that router. */
  readonly metric: (name: string, value: number, router?: string) => void;
  readonly log: Log;
}

export type RouteSwapRequest = { readonly action: 'probe'; readonly id: string } | { readonly action: 'rehearse' };

/** What a round found and did. */
export interface ProbeResult {
  readonly round: ProbeRound;
  readonly diagnosis: string;
  readonly decision: Pick<Decision, 'kind' | 'reason' | 'says'>;
  /** route-swap's answer. */
  readonly answer: unknown;
}

/** Two rounds are what a decision looks at; one more for people who read the table. */
const ROUNDS_KEPT = 3;

/**
 * One round: BGP of both routers → remember → look at the whole site → decide. If the rules say so, or a swap stopped
 * midway, route-swap is asked to act; otherwise it is asked whether it could. Writes no route itself.
 */
export async function probeSite(tools: ProbeTools): Promise<ProbeResult> {
  const trigger = { kind: 'probe', id: `probe-${tools.run}` } as const;
  const round = await readRound(tools);
  const seen = withRound(await observe(trigger, tools), round);
  await quietly('the round', tools, () => tools.store.rememberProbes(seen.memory.probes));
  tools.metric('ProbeRounds', 1);
  const diagnosis = diagnose(seen);
  const { kind, reason, says } = decideOn(diagnosis, seen);
  tools.log.info(says, { diagnosis: diagnosis.kind, decision: { kind, reason }, round });
  const answer = await ask(kind === 'swap' ? { action: 'probe', id: trigger.id } : { action: 'rehearse' }, tools);
  await quietly('the health of the site', tools, () => watchHealth(diagnosis, answer, seen, tools));
  await quietly('the end of the pause', tools, () => watchPause(seen, tools));
  return { round, diagnosis: diagnosis.kind, decision: { kind, reason, says }, answer };
}

/**
 * A route-swap that does not answer is the worst of problems: the site could not fail over at all. Unless it was asked to
 * act: a swap of many routes takes longer than we wait, and goes on without us.
 */
async function ask(request: RouteSwapRequest, { askRouteSwap, log }: ProbeTools): Promise<unknown> {
  try {
    const answer = await askRouteSwap(request);
    log.info('route-swap answered', { answer });
    return answer;
  } catch (error) {
    if (request.action === 'probe' && callFault(error) === 'no-answer') {
      log.warn('route-swap is still at work', { error });
      return { ready: false, problems: ['route-swap is still at work'], rehearsed: 0, underWay: true };
    }
    const problem = `route-swap did not answer: ${clauseOf(error)}`;
    log.error(problem, { error });
    return { ready: false, problems: [problem], rehearsed: 0 };
  }
}

/** The round that was just read, as if it had been remembered before we looked. */
function withRound(seen: Observation, round: ProbeRound): Observation {
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
