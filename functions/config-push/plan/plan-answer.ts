import type { PushJournal } from '#contracts/push-journal.ts';
import type { InterruptedPush, PushPlan } from '#contracts/push-plan.ts';
import { underWayRefusal } from '../record/push-under-way.ts';
import type { RouterPlan } from './plan-router.ts';
import type { SitePlan } from './plan-site.ts';
import { refusalOf } from './refusal.ts';

const TOLD = [
  'name',
  'vyos',
  'commands',
  'tunnels',
  'drift',
  'leftAlone',
  'notes',
  'problem',
  'digest',
  'baseline',
  'boots',
  'revertsAt',
] as const;

export function answerOfPlan(plan: SitePlan): PushPlan {
  const { seen, owner, routers, obstacle, last } = plan;
  return {
    outcome: 'planned',
    site: seen.site.name,
    owner: owner?.name,
    obstacle,
    refusal: underWayRefusal(last, seen.at) ?? refusalOf(plan),
    interrupted: interruptedPush(last, seen.at),
    routers: routers.map(told),
  };
}

/** What a push that is over has left unfinished; undefined: nothing, or it is at work. */
export function interruptedPush(last: PushJournal | undefined, now: number): InterruptedPush | undefined {
  if (last === undefined || last.finished || last.leasedUntil > now) return undefined;
  const { id, by, at, done, applying } = last;
  if (applying === undefined) return done.length === 0 ? undefined : { id, by, at, done };
  const { router, state, undoneBy } = applying;
  return { id, by, at, done, router, state, revertsAt: state !== 'broken' && undoneBy > now ? undoneBy : undefined };
}

function told(plan: RouterPlan): Pick<RouterPlan, (typeof TOLD)[number]> {
  return Object.fromEntries(TOLD.map((key) => [key, plan[key]])) as Pick<RouterPlan, (typeof TOLD)[number]>;
}
