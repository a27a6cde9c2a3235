import { fitnessOf } from '#failover/fitness.ts';
import { peerOf } from '#failover/site.ts';
import { withReading } from '#functions/read-round.ts';
import { readBgpCounts } from './bgp.ts';
import { conclude } from './conclude.ts';
import { Journal } from './journal.ts';
import type { RouterPlan } from './plan-router.ts';
import { planSite, type SitePlan, type WrongTopology } from './plan-site.ts';
import { asItMayBe, asWanted } from './push-neighbors.ts';
import { pushRouter, rememberPushed } from './push-router.ts';
import type { PushRequest } from './request.ts';
import type { PushResult } from './result.ts';
import { settleInterrupted } from './settle.ts';
import type { PushTools } from './tools.ts';
import { underWay } from './under-way.ts';
import { writeDown } from './write-down.ts';

/**
 * One step of a push: lease → settle what an interrupted push left → look and compare → the first router that differs,
 * the one without the traffic before the other → release. Asked again until nothing remains; each time it starts from
 * what the routers have now, so that nothing is ever repeated blindly. `only` names the router, and `hold` leaves it to
 * `endHeld` to confirm it.
 */
export async function pushConfig(request: PushRequest, tools: PushTools): Promise<PushResult | WrongTopology> {
  const last = await tools.pushes.journal();
  const journal = await Journal.begin(request, last, tools);
  if (journal === undefined) return underWay(last, tools);
  // Until somebody ends what is held, or its timer has, nobody else may begin.
  let heldUntil: number | undefined;
  try {
    const unsettled = await settleInterrupted(last, tools);
    if (unsettled !== undefined) return unsettled;
    await journal.note({ applying: undefined });
    const plan = await planSite(request.topology, request.overrides, tools);
    if ('outcome' in plan) return plan;
    const result = await nextStep(plan, journal, request, tools);
    if (result.outcome === 'held') heldUntil = journal.entry.applying?.undoneBy;
    return await conclude(result, journal.entry, tools);
  } finally {
    await journal.note({ leasedUntil: heldUntil ?? 0 });
  }
}

async function nextStep(plan: SitePlan, journal: Journal, request: PushRequest, tools: PushTools): Promise<PushResult> {
  const refused = (reason: string, says: string, router?: RouterPlan): PushResult => ({
    ...resultOf('refused', plan, router),
    reason,
    says: `${says}. Nothing was changed.`,
  });
  if (plan.obstacle !== undefined) return refused(plan.obstacle.reason, `Not now: ${plan.obstacle.says}`);
  const unfit = plan.routers.find(({ problem }) => problem !== undefined);
  if (unfit?.problem !== undefined) return refused(unfit.problem.reason, unfit.problem.says, unfit);
  const next = plan.routers.find(({ name, commands }) =>
    request.only === undefined ? commands.length > 0 : name === request.only,
  );
  if (next === undefined && request.only !== undefined) {
    return refused('unknown-router', `${plan.seen.site.name} has no router ${request.only}`);
  }
  if (next === undefined) return nothingToDo(plan, journal, tools);
  if (next.commands.length === 0 || request.digests[next.name] !== next.digest) {
    return refused('plan-changed', `${next.name} has changed since the plan that was agreed to; plan again`, next);
  }
  const before = (await readBgpCounts(asItMayBe(next.router, plan.topology), tools))?.tunnels;
  if (before === undefined) return refused('silent', `${next.name} does not tell its eBGP sessions`, next);
  const unsafe = before.established === 0 ? undefined : await whyNotSafe(next, plan, tools);
  if (unsafe !== undefined) return refused('peer-unfit', unsafe, next);
  const stoodBy = next.router !== plan.owner;
  const others = differing(plan).filter((name) => name !== next.name);
  const after = asWanted(next.router, plan.topology);
  const end = await pushRouter(next, { before, after, stoodBy, others }, journal, request, tools);
  return writeDown(end, { router: next.name, lines: next.wanted, others }, journal, tools);
}

/** Nothing differs. What the routers have is ours from now on, whoever put it there. */
async function nothingToDo(plan: SitePlan, journal: Journal, tools: PushTools): Promise<PushResult> {
  for (const { name, wanted } of plan.routers) await rememberPushed(name, wanted, journal.entry.id, tools);
  await journal.note({ finished: true });
  const says = `The routers of ${plan.seen.site.name} have what they should.`;
  return { ...resultOf('unchanged', plan), reason: 'unchanged', says };
}

/** A router that has sessions to lose is only touched while the other one could carry the traffic. */
async function whyNotSafe(
  { router, name }: RouterPlan,
  { seen, topology }: SitePlan,
  tools: PushTools,
): Promise<string | undefined> {
  const peer = peerOf(seen.site, router);
  const bgp = await readBgpCounts(asItMayBe(peer, topology), tools);
  const at = tools.now();
  const reading = bgp === undefined ? null : { instance: peer.instance, bgp };
  const fitness = fitnessOf({ ...withReading(seen, peer, reading, at), at }, peer);
  if (fitness.fit) return undefined;
  return `${name} keeps its configuration: ${peer.name} is not proven fit: ${fitness.unfit.join('; ')}`;
}

function resultOf(
  outcome: PushResult['outcome'],
  { seen, routers }: SitePlan,
  router?: RouterPlan,
): Pick<PushResult, 'outcome' | 'site' | 'router' | 'remaining'> {
  return { outcome, site: seen.site.name, router: router?.name, remaining: differing({ routers }) };
}

function differing({ routers }: Pick<SitePlan, 'routers'>): string[] {
  return routers.filter(({ commands }) => commands.length > 0).map(({ name }) => name);
}
