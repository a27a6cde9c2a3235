import type { PushJournal } from '#contracts/push-journal.ts';
import type { InterruptedPush, PushPlan } from '#contracts/push-plan.ts';
import { pushUnderWayRefusal } from '../record/push-under-way.ts';
import type { SitePlan } from './plan-site.ts';
import { refusalOf } from './refusal.ts';
import type { RouterPlan } from './router-plan.ts';

const PUBLISHED_KEYS = [
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

export function toPushPlan(plan: SitePlan): PushPlan {
  const { observation, owner, routers, obstacle, last } = plan;
  return {
    outcome: 'planned',
    site: observation.site.name,
    owner: owner?.name,
    obstacle,
    refusal: pushUnderWayRefusal(last, observation.at) ?? refusalOf(plan),
    interrupted: interruptedPush(last, observation.at),
    routers: routers.map(publishedPlan),
  };
}

/** The last push where it stopped midway; undefined: it finished, or is under way. */
function interruptedPush(last: PushJournal | undefined, now: number): InterruptedPush | undefined {
  if (last === undefined || last.finished || last.leasedUntil > now) return undefined;
  const { done, applying } = last;
  const { id, by, at } = applying?.origin ?? last;
  if (applying === undefined) return done.length === 0 ? undefined : { id, by, at, done };
  const { router, state, undoneBy } = applying;
  return { id, by, at, done, router, state, revertsAt: state !== 'broken' && undoneBy > now ? undoneBy : undefined };
}

function publishedPlan(plan: RouterPlan): Pick<RouterPlan, (typeof PUBLISHED_KEYS)[number]> {
  return Object.fromEntries(PUBLISHED_KEYS.map((key) => [key, plan[key]])) as Pick<
    RouterPlan,
    (typeof PUBLISHED_KEYS)[number]
  >;
}
