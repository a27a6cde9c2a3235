import type { PushPlan } from '#contracts/push-plan.ts';
import type { Cli } from '../cli.ts';
import { routerDiffView, showRouterDiff } from '../views/config-view.ts';
import type { PushView } from '../views/push-view.ts';
import { unfinishedPushTexts } from '../views/unfinished-push.ts';
import type { Round } from './round.ts';
import { labelOf, listed, namesOf, type PlannedSite, type PushStep, tunnelName } from './steps.ts';

/** On stderr: what differs, what an earlier push left, and which routers change together because of which tunnels. */
export function showPlans({ planned, steps }: Round, { io, colours }: Cli): void {
  for (const { where, plan } of planned) {
    for (const says of describeInterrupted(plan)) io.stderr.write(`${where.site.name}: ${says}.\n`);
    for (const router of plan.routers) io.stderr.write(`${showRouterDiff(routerDiffView(router, plan), colours())}\n`);
  }
  for (const line of steps.flatMap((step) => [...together(step), ...oneEnd(step, planned)]))
    io.stderr.write(`${line}\n`);
}

/** What an interrupted push left, as clauses. */
export function describeInterrupted({ interrupted, routers }: PushPlan): string[] {
  if (interrupted === undefined) return [];
  // The router reports it before the journal does.
  const router = routers.find(({ name }) => name === interrupted.router);
  return unfinishedPushTexts(
    router?.problem?.reason === 'router-broken' ? { ...interrupted, state: 'broken' } : interrupted,
  );
}

function together(step: PushStep): string[] {
  if (step.tunnels.length === 0) return [];
  return [
    `${listed(namesOf(step))} change together: ${listed(step.tunnels.map(tunnelName))} would be down until all of them have changed.`,
  ];
}

/** A far end that `--site` leaves out may have to change too. */
function oneEnd({ routers }: PushStep, planned: readonly PlannedSite[]): string[] {
  const known = new Set(planned.flatMap(({ plan }) => plan.routers.map(({ name }) => name)));
  return routers.flatMap(({ router }) =>
    router.tunnels
      .filter((far) => !known.has(far))
      .map(
        (far) =>
          `note: ${router.name} changes its tunnel with ${far}, which --site leaves out; if ${far} needs the change too, this push will be rolled back.`,
      ),
  );
}

/** For `--json`. */
export function stepView(step: PushStep): PushView['steps'][number] {
  return { routers: namesOf(step), tunnels: step.tunnels };
}

/** `tokyo-2 with virginia-2, then tokyo-1` */
export function inTurn(steps: readonly PushStep[]): string {
  return steps.map(({ routers }) => routers.map(({ router }) => labelOf(router)).join(' with ')).join(', then ');
}
