import type { InstallResult } from '#contracts/install-result.ts';
import type { Asked, InstallRequest } from '#contracts/push-request.ts';
import type { PushPorts } from '../ports.ts';
import { Journal } from '../record/journal.ts';
import { pushUnderWay, pushUnderWayRefusal } from '../record/push-under-way.ts';
import { recoverInterrupted } from '../recover/recover-interrupted.ts';
import { installRouter } from './install-router.ts';
import { type InstallPlan, planInstall } from './plan-install.ts';
import { recordInstall } from './record-install.ts';
import { recoverInstall } from './recover-install.ts';
import { installRefusal, routersToInstall } from './refusal.ts';

/**
 * One step of an installation: take the lease that pushes take → settle what an interrupted run left → read both routers → install
 * on the first that has other programs than are deployed, the standby before the owner → release the lease. The CLI
 * repeats it until no router remains.
 */
export async function installSite(request: Asked<InstallRequest>, ports: PushPorts): Promise<InstallResult> {
  const last = await ports.pushes.journal();
  if (request.dryRun) return dryRun(request, pushUnderWayRefusal(last, ports.now()), ports);
  const journal = await Journal.begin(request, last, ports);
  if (journal === undefined)
    return { ...pushUnderWay(last, ports), outcome: 'refused', site: ports.site.name, remaining: [], routers: [] };
  try {
    const recovery = await recoverInterrupted(last, journal, ports);
    if (recovery?.blocks === true) return refused({ reason: `router-${recovery.end}`, says: recovery.says }, ports);
    await recoverInstall(journal, ports);
    return await nextRouter(await planInstall(request, ports), request, journal, ports);
  } finally {
    await journal.recordResult({ leasedUntil: 0 });
  }
}

async function dryRun(
  request: InstallRequest,
  underWay: { readonly reason: string; readonly says: string } | undefined,
  ports: PushPorts,
): Promise<InstallResult> {
  const plan = await planInstall(request, ports);
  const remaining = routersToInstall(plan, request).map(({ router }) => router.name);
  const refusal = underWay ?? installRefusal(plan, request);
  return {
    ...answer(plan, ports),
    outcome: 'planned',
    reason: 'planned',
    says:
      remaining.length === 0 ? upToDate(request, ports) : `${remaining.join(' and then ')} would get what is deployed.`,
    remaining,
    ...(refusal && { refusal: { reason: refusal.reason, says: refusal.says } }),
  };
}

async function nextRouter(
  plan: InstallPlan,
  request: InstallRequest,
  journal: Journal,
  ports: PushPorts,
): Promise<InstallResult> {
  const refusal = installRefusal(plan, request);
  const [next, ...others] = routersToInstall(plan, request);
  const remaining = [next, ...others].flatMap((each) => (each === undefined ? [] : [each.router.name]));
  if (refusal !== undefined)
    return { ...answer(plan, ports), ...refused(refusal, ports), remaining, routers: answer(plan, ports).routers };
  if (next === undefined) {
    await journal.recordResult({ finished: true });
    return {
      ...answer(plan, ports),
      outcome: 'unchanged',
      reason: 'unchanged',
      says: upToDate(request, ports),
      remaining,
    };
  }
  const { name } = next.router;
  if (!(await journal.recordIntent({ installing: { router: name } })))
    return refused({ reason: 'push-under-way', says: 'a push has begun', router: name }, ports);
  const { programs, ...end } = await installRouter(next, ports);
  const isKnown = end.outcome !== 'unknown';
  const done = end.outcome === 'installed' ? [...new Set([...journal.entry.done, name])] : journal.entry.done;
  const finished = end.outcome === 'installed' && others.length === 0;
  await journal.recordResult({ done, finished, ...(isKnown && { installing: undefined }) });
  if (end.outcome !== 'refused') await recordInstall(journal.entry, { ...end, router: name, programs }, ports);
  const routers = answer(plan, ports).routers.map((each) => (each.name === name ? programs : each));
  return {
    ...end,
    site: ports.site.name,
    router: name,
    remaining: end.outcome === 'installed' ? remaining.slice(1) : remaining,
    routers,
  };
}

function answer({ routers }: InstallPlan, { site }: PushPorts): Pick<InstallResult, 'site' | 'routers'> {
  return { site: site.name, routers: routers.map(({ programs }) => programs) };
}

/** Without the routers that the request leaves out: they may have other programs. */
function upToDate({ only }: Pick<InstallRequest, 'only'>, { site }: PushPorts): string {
  if (only !== undefined) return `${only} has the programs that are deployed.`;
  return `The routers of ${site.name} have the programs that are deployed.`;
}

function refused(
  { reason, says, router }: { readonly reason: string; readonly says: string; readonly router?: string },
  { site }: PushPorts,
): InstallResult {
  return {
    outcome: 'refused',
    reason,
    says: `Not now: ${says}. Nothing was changed.`,
    site: site.name,
    ...(router !== undefined && { router }),
    remaining: [],
    routers: [],
  };
}
