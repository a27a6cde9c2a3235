import type { PushJournal } from '#aws/push-store.ts';
import { underWayRefusal } from '../record/push-under-way.ts';
import type { RouterPlan } from './plan-router.ts';
import type { SitePlan } from './plan-site.ts';
import type { Obstacle } from './preconditions.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** A plan as the CLI gets it. */
export interface PlanAnswer {
  readonly outcome: 'planned';
  readonly site: string;
  readonly owner: string | undefined;
  readonly obstacle: Obstacle | undefined;
  /** What a push would say now; undefined: it would begin, or has nothing to do. */
  readonly refusal: Refusal | undefined;
  /** The last push, where it stopped midway. */
  readonly interrupted: Interrupted | undefined;
  readonly routers: readonly Pick<RouterPlan, (typeof TOLD)[number]>[];
}

export interface Interrupted {
  readonly id: string;
  readonly by: string;
  readonly at: number;
  readonly done: readonly string[];
  /** The router that it stopped at, and how far it had come there. */
  readonly router?: string | undefined;
  readonly state?: 'applying' | 'held' | 'confirming' | 'broken' | undefined;
  /** That router has its old configuration again by then, unless it was confirmed; ms since the epoch. */
  readonly revertsAt?: number | undefined;
}

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

export function answerOfPlan(plan: SitePlan): PlanAnswer {
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
export function interruptedPush(last: PushJournal | undefined, now: number): Interrupted | undefined {
  if (last === undefined || last.finished || last.leasedUntil > now) return undefined;
  const { id, by, at, done, applying } = last;
  if (applying === undefined) return done.length === 0 ? undefined : { id, by, at, done };
  const { router, state, undoneBy } = applying;
  return { id, by, at, done, router, state, revertsAt: state !== 'broken' && undoneBy > now ? undoneBy : undefined };
}

function told(plan: RouterPlan): Pick<RouterPlan, (typeof TOLD)[number]> {
  return Object.fromEntries(TOLD.map((key) => [key, plan[key]])) as Pick<RouterPlan, (typeof TOLD)[number]>;
}
