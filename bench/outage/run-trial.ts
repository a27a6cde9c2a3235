import { setTimeout as sleep } from 'node:timers/promises';
import type { Happening } from '#emulator/service.ts';
import { startPing, wayBetween } from '#lab/ping.ts';
import type { RouterPlan } from '#lab/plan.ts';
import { waitUntil } from '#lab/run.ts';
import { type AwsConditions, applyConditions } from './aws-conditions.ts';
import { watchRoute } from './route-watch.ts';
import { stagesOf } from './stages.ts';
import { isMove, isSuspected, reportsOf, timesOf } from './times.ts';
import type { Failure, Recording } from './trial.ts';
import type { Way } from './ways.ts';

const PING_EVERY_MS = 10;
const BEFORE_MS = 1_000;
/** Traffic is back after this many replies within a second; without a failure there are 60 to 100. */
const BACK = { repliesInLastSecond: 40, notBeforeMs: 2_500, withinMs: 30_000 };

/** An answer takes longer than the swap: the records are written before it. */
const ANSWERED_WITHIN_MS = 10_000;

/**
 * @param chance 0 to 1: when within a second it fails
 * @throws Error where the lab is no healthy network
 */
export async function runTrial(
  { lab, ...way }: Way,
  failure: Failure,
  chance: number,
  conditions: AwsConditions,
): Promise<Recording> {
  const [here, there] = lab.plan.sites;
  if (here === undefined || there === undefined) throw new Error('a trial needs two sites');
  const victim = routerWith('active', here.routers);
  const survivor = routerWith('standby', here.routers);
  await sleep(chance * 1_000);
  const near = watchRoute(survivor, there.site.frontSubnets[0] ?? '');
  const far = watchRoute(routerWith('active', there.routers), here.site.frontSubnets[0] ?? '');
  const ping = startPing(wayBetween(lab.plan, undefined, undefined), { everyMs: PING_EVERY_MS, forMs: 60_000 });
  await sleep(BEFORE_MS);
  await applyConditions(lab, conditions);
  const failedAt = Date.now();
  await lab.break(victim.router.name, failure);
  const back = await waitUntil(() => isBack(ping.replies(), failedAt), { withinMs: BACK.withinMs, everyMs: 100 });
  const result = await ping.stop();
  const happeningsNow = () => lab.emulator.happenings.filter(({ at }) => at >= failedAt);
  if (way.name === 'ours')
    await waitUntil(() => isAnswered(happeningsNow(), survivor), { withinMs: ANSWERED_WITHIN_MS });
  const happenings = happeningsNow();
  const seen = { near, far, survivor, happenings, failedAt };
  const times = timesOf(seen, way.detectedElsewhere);
  const stages = stagesOf({ region: here.site.region, happenings, failedAt, times });
  const trial = {
    failure,
    outageMs: back ? result.longestGapMs : null,
    lost: result.sent - result.received,
    ...times,
    ...(stages !== undefined && { stages }),
  };
  near.stop();
  far.stop();
  return { trial, region: here.site.region, failedAt, ping: result, happenings };
}

/** A request to the API is recorded when it is answered: traffic may be back before. */
function isAnswered(happenings: readonly Happening[], survivor: RouterPlan): boolean {
  return !happenings.some(isMove) || reportsOf(survivor, happenings).some((report) => !isSuspected(report));
}

function isBack(replies: readonly number[], failedAt: number): boolean {
  const now = Date.now();
  const recent = replies.filter((at) => at >= now - 1_000).length;
  return now >= failedAt + BACK.notBeforeMs && recent >= BACK.repliesInLastSecond;
}

function routerWith(role: 'active' | 'standby', routers: readonly RouterPlan[]): RouterPlan {
  const found = routers.find(({ router }) => router.role === role);
  if (found === undefined) throw new Error(`the site has no ${role} router`);
  return found;
}
