import type { PushJournal } from '#aws/push-store.ts';
import type { EbgpCount } from '#failover/bgp-summary.ts';
import { fitnessOf } from '#failover/fitness.ts';
import type { Observation } from '#failover/observation.ts';
import { peerOf } from '#failover/site.ts';
import { readEbgp } from './bgp.ts';
import { conclude } from './conclude.ts';
import { LEASE_FOR_MS } from './lease.ts';
import type { RouterPlan } from './plan-router.ts';
import { planSite, type SitePlan, type WrongTopology } from './plan-site.ts';
import { pushRouter, rememberPushed } from './push-router.ts';
import type { PushRequest } from './request.ts';
import type { PushResult } from './result.ts';
import { settleInterrupted } from './settle.ts';
import type { PushTools } from './tools.ts';

/**
 * One step of a push: lease → settle what an interrupted push left → look and compare → the first router that differs,
 * the one without the traffic before the other → release. Asked again until nothing remains; each time it starts from
 * what the routers have now, so that nothing is ever repeated blindly.
 */
export async function pushConfig(request: PushRequest, tools: PushTools): Promise<PushResult | WrongTopology> {
  const last = await tools.pushes.journal();
  const journal = journalOf(request, last, tools);
  let done: PushJournal = { ...journal, applying: last?.applying };
  if (!(await tools.pushes.begin(done, last, tools.now()))) return underWay(last, tools);
  try {
    const unsettled = await settleInterrupted(last, tools);
    if (unsettled !== undefined) return unsettled;
    done = journal;
    const plan = await planSite(request.topology, request.overrides, tools);
    if ('outcome' in plan) return plan;
    const step = await nextStep(plan, journal, request, tools);
    done = step.journal;
    return await conclude(step.result, done, tools);
  } finally {
    // A lost lease is somebody else's by now.
    await tools.pushes.update({ ...done, leasedUntil: 0 });
  }
}

interface Step {
  readonly result: PushResult;
  readonly journal: PushJournal;
}

async function nextStep(plan: SitePlan, journal: PushJournal, request: PushRequest, tools: PushTools): Promise<Step> {
  const refused = (reason: string, says: string, router?: RouterPlan): Step => ({
    journal,
    result: { ...resultOf('refused', plan, router), reason, says: `${says}. Nothing was changed.` },
  });
  if (plan.obstacle !== undefined) return refused(plan.obstacle.reason, `Not now: ${plan.obstacle.says}`);
  const problem = plan.routers.find((router) => router.problem !== undefined);
  if (problem?.problem !== undefined) return refused(problem.problem.reason, problem.problem.says, problem);
  const next = plan.routers.find(({ commands }) => commands.length > 0);
  if (next === undefined) return finished(plan, journal, tools);
  if (request.digests[next.name] !== next.digest) {
    return refused('plan-changed', `${next.name} has changed since the plan that was agreed to; plan again`, next);
  }
  const before = await readEbgp(next.router, tools);
  if (before === undefined) return refused('silent', `${next.name} does not tell its eBGP sessions`, next);
  const unsafe = before.established === 0 ? undefined : await whyNotSafe(next, plan, tools);
  if (unsafe !== undefined) return refused('peer-unfit', unsafe, next);

  const { end, says } = await pushRouter(next, before, journal, request, tools);
  const others = plan.routers.filter((router) => router !== next && router.commands.length > 0).map(({ name }) => name);
  if (end !== 'confirmed') {
    const applying = end === 'unknown' ? (await tools.pushes.journal())?.applying : undefined;
    const result = { ...resultOf(end, plan, next), reason: `router-${end}`, says };
    return { journal: { ...journal, applying }, result };
  }
  await rememberPushed(next.name, next.wanted, request.id, tools);
  const done = { ...journal, done: [...journal.done, next.name], finished: others.length === 0 };
  return { journal: done, result: { ...resultOf('pushed', plan, next), reason: 'pushed', says, remaining: others } };
}

/** Nothing differs. What the routers have is ours from now on, whoever put it there. */
async function finished(plan: SitePlan, journal: PushJournal, tools: PushTools): Promise<Step> {
  for (const { name, wanted } of plan.routers) await rememberPushed(name, wanted, journal.id, tools);
  const says = `The routers of ${plan.seen.site.name} have what they should.`;
  return {
    journal: { ...journal, finished: true },
    result: { ...resultOf('unchanged', plan), reason: 'unchanged', says },
  };
}

/** A router that has sessions to lose is only touched while the other one could carry the traffic. */
async function whyNotSafe(
  { router, name }: RouterPlan,
  { seen }: SitePlan,
  tools: PushTools,
): Promise<string | undefined> {
  const peer = peerOf(seen.site, router);
  const count = await readEbgp(peer, tools);
  const fitness = fitnessOf(withBgp(seen, peer.name, count, tools.now()), peer);
  if (fitness.fit) return undefined;
  return `${name} keeps its configuration: ${peer.name} is not proven fit: ${fitness.unfit.join('; ')}`;
}

/** The observation with what was just read. */
function withBgp(seen: Observation, router: string, count: EbgpCount | undefined, at: number): Observation {
  const facts = seen.routers[router];
  if (facts === undefined || count === undefined) return seen;
  const statements = [{ by: 'probe' as const, at, ...count }];
  return { ...seen, at, routers: { ...seen.routers, [router]: { ...facts, statements } } };
}

function journalOf({ id, by }: PushRequest, last: PushJournal | undefined, { run, now }: PushTools): PushJournal {
  const at = now();
  const same = last?.id === id && !last.finished ? last : undefined;
  return {
    id,
    by,
    at: same?.at ?? at,
    run,
    leasedUntil: at + LEASE_FOR_MS,
    done: same?.done ?? [],
    finished: false,
  };
}

function underWay(last: PushJournal | undefined, { site }: PushTools): PushResult {
  const who = last === undefined ? '' : ` by ${last.by}`;
  return {
    outcome: 'refused',
    reason: 'push-under-way',
    says: `A push${who} is under way. Nothing was changed.`,
    site: site.name,
    router: undefined,
    remaining: [],
  };
}

function resultOf(
  outcome: PushResult['outcome'],
  { seen, routers }: SitePlan,
  router?: RouterPlan,
): Pick<PushResult, 'outcome' | 'site' | 'router' | 'remaining'> {
  const remaining = routers.filter(({ commands }) => commands.length > 0).map(({ name }) => name);
  return { outcome, site: seen.site.name, router: router?.name, remaining };
}
