import type { SessionCount } from '#failover/bgp-counts.ts';
import { clauseOf } from '#failover/in-words.ts';
import { holdsRoutes, type Observation } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { observe } from '#functions/observe.ts';
import { quietly } from '#functions/quietly.ts';
import { bgpReturns } from './bgp.ts';
import type { Journal } from './journal.ts';
import { obstacleTo } from './obstacle.ts';
import type { RouterPlan } from './plan-router.ts';
import { packPush } from './push-file.ts';
import type { PushRequest } from './request.ts';
import { apply, confirm, type RouterAnswer, undo } from './router-acts.ts';
import type { PushTools } from './tools.ts';

/**
 * The router's own timer, from before the commit: longer than all that is waited for here, BGP and the answers. It also
 * ends what this function cannot end, if the function dies or the router cannot be reached any more.
 */
export const UNDO_AFTER_S = 300;
/** Of a router that is held: it waits for its far ends, and then for the last of them to be well. */
const UNDO_HELD_AFTER_S = 600;

/** How one router came out of a push, and which configuration it has now. */
export interface RouterEnd {
  /**
   * `confirmed`: the new one. `held`: the new one, and the old one by a stated time unless it is confirmed. `refused`: the
   * old one, nothing was tried. `undone`: the old one again. `unknown`: the old one by a stated time, unless it was
   * confirmed. `broken`: neither; a person must look.
   */
  readonly end: 'confirmed' | 'held' | 'refused' | 'undone' | 'unknown' | 'broken';
  readonly says: string;
}

/** A router before it was touched. */
export interface RouterBefore {
  /** Its eBGP sessions. */
  readonly before: SessionCount;
  /** The router with the neighbors that it should have afterwards. */
  readonly after: ManagedRouter;
  /** The other one carried the traffic. */
  readonly stoodBy: boolean;
  /** Routers of the site that differ, besides. */
  readonly others: readonly string[];
}

/**
 * One router: new configuration with a timer that undoes it → its BGP back → nothing happened meanwhile → confirmed, or
 * held until all of its group are as far. Anything else brings the old configuration back, or leaves that to the timer.
 */
export async function pushRouter(
  plan: RouterPlan,
  { before, after, stoodBy, others }: RouterBefore,
  journal: Journal,
  request: PushRequest,
  tools: PushTools,
): Promise<RouterEnd> {
  const { router, name } = plan;
  const file = packPush(plan.commands, plan.ours, tools.now());
  if (file === undefined)
    return { end: 'refused', says: `${name}: its ${plan.commands.length} commands are too many for one push.` };
  const attempt = tools.run;
  const undoAfterS = request.hold ? UNDO_HELD_AFTER_S : UNDO_AFTER_S;
  const undoneBy = tools.now() + tools.deadlines.apply + undoAfterS * 1000;
  const already = await lookAgain(request, journal, tools);
  if (already !== undefined) return { end: 'refused', says: `${name} keeps its configuration: ${already.says}.` };
  const noted = await journal.note({ applying: { router: name, attempt, undoneBy, lines: plan.wanted, others } });
  if (!noted) return { end: 'refused', says: `${name}: another push has begun.` };
  const back = (why: string) => takeBack(router, attempt, undoneBy, why, tools);

  const answer = await apply(router, attempt, file, plan.base, undoAfterS, tools);
  if (answer.outcome === 'refused')
    return { end: 'refused', says: `${name}: ${answer.says}. It has its old configuration.` };
  if (answer.outcome !== 'applied')
    return endOf(answer, name) ?? back(`it did not say how it went (${wordsOf(answer)})`);
  tools.log.info(`${name} has its new configuration, to be undone unless confirmed`, { undoAt: answer.undoAt });

  const withinMs = tools.verify.withinMs + (request.hold ? tools.verify.farEndMs : 0);
  const missing = await bgpReturns(after, before, withinMs, tools);
  if (missing !== undefined) return back(`its BGP did not come back: ${missing}`);
  const happened = await lookAgain(request, journal, tools);
  // A commit now would reset the sessions of the router that has just been given the traffic.
  const givenTraffic = stoodBy && happened?.seen !== undefined && takesTraffic(happened.seen, router);
  if (happened !== undefined && !givenTraffic) return back(happened.says);
  return request.hold ? held(name, undoneBy) : keep(router, attempt, undoneBy, tools);
}

function held(name: string, undoneBy: number): RouterEnd {
  const until = new Date(undoneBy).toISOString();
  return {
    end: 'held',
    says: `${name} runs its new configuration and is well. Unless it is confirmed, it has its old one by ${until}.`,
  };
}

/**
 * A failover comes first, and so does whoever has taken our lease.
 *
 * @returns what stands against going on, as a clause; undefined: nothing
 */
async function lookAgain(
  { overrides }: PushRequest,
  journal: Journal,
  tools: PushTools,
): Promise<{ readonly says: string; readonly seen?: Observation } | undefined> {
  try {
    const seen = await observe({ kind: 'probe', id: `push-${tools.run}` }, tools);
    const obstacle = obstacleTo(seen, overrides);
    if (obstacle !== undefined) return { says: `meanwhile ${obstacle.says}`, seen };
    return (await journal.isOurs()) ? undefined : { says: 'meanwhile it was called off' };
  } catch (error) {
    return { says: `meanwhile the site cannot be seen: ${clauseOf(error)}` };
  }
}

function takesTraffic(seen: Observation, router: ManagedRouter): boolean {
  return holdsRoutes(seen, router) || seen.memory.unfinished?.to === router.eni;
}

/** Confirms; what is not confirmed by `undoneBy` is undone by the router. */
export async function keep(
  router: ManagedRouter,
  attempt: string,
  undoneBy: number,
  tools: PushTools,
): Promise<RouterEnd> {
  const first = await confirm(router, attempt, tools);
  // Asked again, the router says how it ended: an answer may get lost.
  const answer = first.outcome === 'silent' ? await confirm(router, attempt, tools) : first;
  const end = endOf(answer, router.name);
  if (end !== undefined) return end;
  const until = new Date(undoneBy).toISOString();
  return {
    end: 'unknown',
    says: `${router.name} did not answer when it was to be confirmed (${wordsOf(answer)}). Its BGP was well; if it did not hear it has its old configuration by ${until}.`,
  };
}

/** Brings the old configuration back now; if the router does not answer, its timer will. */
export async function takeBack(
  router: ManagedRouter,
  attempt: string,
  undoneBy: number,
  why: string,
  tools: PushTools,
): Promise<RouterEnd> {
  tools.log.warn(`Taking the configuration of ${router.name} back: ${why}`, { router: router.name });
  const answer = await undo(router, attempt, tools);
  const end = endOf(answer, router.name);
  if (end?.end === 'undone')
    return { end: 'undone', says: `${router.name}: ${why}. It has its old configuration again.` };
  if (end !== undefined) return { ...end, says: `${why}. ${end.says}` };
  const until = new Date(undoneBy).toISOString();
  return {
    end: 'unknown',
    says: `${router.name}: ${why}. It does not answer now; if it took the new configuration it has the old one again by ${until}.`,
  };
}

/** What an answer that ends an attempt means; undefined: it ends nothing. */
export function endOf(answer: RouterAnswer, name: string): RouterEnd | undefined {
  switch (answer.outcome) {
    case 'confirmed':
      return { end: 'confirmed', says: `${name} has its new configuration.` };
    case 'undone':
      return { end: 'undone', says: `${name}: ${answer.says}.` };
    case 'broken':
      return {
        end: 'broken',
        says: `${name}: ${answer.says}. The configuration that it boots with is the old one: a reboot brings it back.`,
      };
    case 'nothing':
      return answer.ended === 'confirmed'
        ? { end: 'confirmed', says: `${name} has its new configuration.` }
        : { end: 'undone', says: `${name} has its old configuration.` };
    case 'applied':
    case 'refused':
    case 'silent':
      return undefined;
  }
}

/** Writes down what a router has now, for the next comparison. The router has it, whether this can be written or not. */
export async function rememberPushed(
  router: string,
  lines: readonly string[],
  id: string,
  tools: PushTools,
): Promise<void> {
  await quietly(`what ${router} got`, tools, () => tools.pushes.setPushed(router, { lines, at: tools.now(), id }));
}

function wordsOf(answer: RouterAnswer): string {
  return answer.outcome === 'silent' ? answer.why : answer.outcome;
}
