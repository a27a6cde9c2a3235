import type { Asked, PushRequest, WrongTopology } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { routersOf } from '#failover/site.ts';
import { recoverInstall } from '../install/recover-install.ts';
import { planSite } from '../plan/plan-site.ts';
import { parsePushedTopology } from '../plan/pushed-topology.ts';
import type { PushPorts } from '../ports.ts';
import { conclude } from '../record/conclude.ts';
import { Journal } from '../record/journal.ts';
import { pushUnderWay } from '../record/push-under-way.ts';
import { type Recovery, recoverInterrupted } from '../recover/recover-interrupted.ts';
import { nextStep } from './next-step.ts';

/**
 * One step of a push: parse the topology → take the lease → recover an interrupted push → read and compare → push the
 * first router that differs, the standby before the owner → release the lease. The CLI repeats it until no router
 * remains; every step starts from what the routers run now, so nothing is repeated blindly. `only` names the router,
 * and with `hold` the router stays unconfirmed until `endUnconfirmed`.
 */
export async function pushSite(request: Asked<PushRequest>, ports: PushPorts): Promise<PushResult | WrongTopology> {
  const { topology, mistakes } = parsePushedTopology(request.topology, ports);
  if (topology === undefined) return { outcome: 'wrong-topology', says: mistakes };
  const last = await ports.pushes.journal();
  const journal = await Journal.begin(request, last, ports);
  if (journal === undefined) return pushUnderWay(last, ports);
  // An unconfirmed router keeps the lease until it is ended or its timer expires.
  let heldUntil: number | undefined;
  try {
    const router = await cancelledRouter(request, ports);
    if (router !== undefined) return cancelled(router, ports);
    const recovery = await recoverInterrupted(last, journal, ports);
    if (recovery?.blocks === true) return blockedBy(recovery, ports);
    await recoverInstall(journal, ports);
    const plan = await planSite(topology, request.overrides, ports);
    const step = await nextStep(plan, journal, request, ports);
    const result = withRecovery(step, recovery);
    if (result.outcome === 'held') heldUntil = journal.entry.applying?.undoneBy;
    return await conclude(result, journal.entry, ports);
  } finally {
    await journal.recordResult({ leasedUntil: heldUntil ?? 0 });
  }
}

/** "Nothing was changed" is added only where it is true. */
function withRecovery(step: PushResult, recovery: Recovery | undefined): PushResult {
  const isRefused = step.outcome === 'refused';
  if (recovery === undefined) return { ...step, says: `${step.says}${isRefused ? ' Nothing was changed.' : ''}` };
  const { router, end, says } = recovery;
  const settled = { router, end, says };
  return { ...step, says: `${says} ${step.says}${isRefused ? ' Nothing else was changed.' : ''}`, settled };
}

/** The router of which this push was cancelled; undefined: none. Without `only` it may be about to change any router of the site. */
async function cancelledRouter({ id, only }: PushRequest, { site, pushes }: PushPorts): Promise<string | undefined> {
  const names = only === undefined ? routersOf(site).map(({ name }) => name) : [only];
  const cancelledPushes = await Promise.all(names.map((name) => pushes.cancelledPush(name)));
  return names.find((_, index) => cancelledPushes[index] === id);
}

/** The caller cancelled this push of the router, and was answered what the router runs. */
function cancelled(router: string, { site }: PushPorts): PushResult {
  return {
    outcome: 'refused',
    reason: 'called-off',
    says: `Not now: this push of ${router} was cancelled before it began. Nothing was changed.`,
    site: site.name,
    router,
    remaining: [],
    routers: [],
  };
}

function blockedBy({ router, end, says, state }: Recovery, { site }: PushPorts): PushResult {
  return {
    outcome: 'refused',
    reason: `router-${end}`,
    says: `${says} Nothing is pushed until that is resolved.`,
    site: site.name,
    router,
    remaining: [],
    routers: [state],
    settled: { router, end, says },
  };
}
