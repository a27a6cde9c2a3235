/** The steps of a push, and which routers must change together. Pure. */

import type { PushPlan, RouterPushPlan } from '#contracts/push-plan.ts';
import type { SiteRef } from '../transport/invoke-site.ts';

/** A site and its plan. */
export interface PlannedSite {
  readonly where: SiteRef;
  readonly plan: PushPlan;
}

/** A router that would change. */
export interface ChangingRouter extends PlannedSite {
  readonly router: RouterPushPlan;
}

/** Routers that change at the same time: one, or those at the ends of `tunnels`. */
export interface PushStep {
  readonly routers: readonly ChangingRouter[];
  /** Tunnels that change at both ends, by their routers. */
  readonly tunnels: readonly (readonly [string, string])[];
}

/** Does the router need a push? */
export function needsPush(router: RouterPushPlan): boolean {
  return router.commands.length > 0 || needsOnlySave(router);
}

/** It runs the pushed configuration and boots with another one: it is confirmed without a change. */
export function needsOnlySave({ commands, digest, boots, revertsAt }: RouterPushPlan): boolean {
  return digest !== '' && commands.length === 0 && boots === 'other' && revertsAt === undefined;
}

/**
 * Site by site, in each the standby first; a group that changes together comes before the owners of its sites. Groups
 * without an owner come first of all.
 */
export function stepsOf(planned: readonly PlannedSite[]): PushStep[] {
  const changing = planned.flatMap(({ where, plan }) =>
    plan.routers.filter(needsPush).map((router) => ({ where, plan, router })),
  );
  const groups = groupsOf(changing);
  const groupOf = new Map(groups.flatMap((step) => step.routers.map((each) => [each, step] as const)));
  const steps = new Set<PushStep>();
  const begun = new Set<PushStep>();
  const visit = (each: ChangingRouter): void => {
    const step = groupOf.get(each);
    if (step === undefined || begun.has(step)) return;
    begun.add(step);
    // A plan lists the standby first. Where two sites disagree, either order is correct.
    for (const { plan } of step.routers)
      for (const before of changing.filter((other) => other.plan === plan)) {
        if (step.routers.includes(before)) break;
        visit(before);
      }
    steps.add(step);
  };
  const idle = groups.filter(({ routers }) => routers.length > 1 && !routers.some(carriesTraffic));
  for (const each of [...idle.flatMap(({ routers }) => routers), ...changing]) visit(each);
  return [...steps];
}

/** Why a step is impossible, as a clause; undefined: it is possible. */
export function whyImpossible({ routers, tunnels }: PushStep): string | undefined {
  const pair = routers.filter(({ where }, index) =>
    routers.some((other, at) => at !== index && other.where.site.name === where.site.name),
  );
  if (pair.length === 0) return undefined;
  return (
    `${listed(namesOf({ routers }))} would have to change together because of ${listed(tunnels.map(tunnelName))}, ` +
    `and the two routers of a site never change together (${listed(pair.map(({ router }) => router.name))}); ` +
    'change one of these tunnels in the topology and push, then the next'
  );
}

export function namesOf({ routers }: Pick<PushStep, 'routers'>): string[] {
  return routers.map(({ router }) => router.name);
}

/** The same as in the default names of keys. */
export function tunnelName([one, other]: readonly [string, string]): string {
  return `${one}--${other}`;
}

/** Label of a router in a question. */
export function labelOf(router: RouterPushPlan): string {
  return needsOnlySave(router) ? `${router.name} (save only)` : router.name;
}

export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function carriesTraffic({ plan, router }: ChangingRouter): boolean {
  return plan.owner === undefined || plan.owner === router.name;
}

/** Connected components: routers are joined by tunnels that both of their ends change. */
function groupsOf(changing: readonly ChangingRouter[]): PushStep[] {
  const [first] = changing;
  const both = (first?.where.topology.tunnels ?? []).flatMap(({ between: [one, other] }) =>
    changes(changing, one, other) && changes(changing, other, one) ? [[one, other] as const] : [],
  );
  const groups: PushStep[] = [];
  for (const each of changing) {
    if (groups.some(({ routers }) => routers.includes(each))) continue;
    const names = new Set([each.router.name]);
    // Iterating a set visits the members that are added meanwhile.
    for (const name of names)
      for (const tunnel of both) if (tunnel.includes(name)) tunnel.forEach((end) => names.add(end));
    groups.push({
      routers: changing.filter(({ router }) => names.has(router.name)),
      tunnels: both.filter(([one]) => names.has(one)),
    });
  }
  return groups;
}

function changes(changing: readonly ChangingRouter[], one: string, other: string): boolean {
  return changing.some(({ router }) => router.name === one && router.tunnels.includes(other));
}
