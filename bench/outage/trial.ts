import { setTimeout as sleep } from 'node:timers/promises';
import { instanceOf } from '#demo/account-of-topology.ts';
import type { Happening } from '#emulator/service.ts';
import { type PingResult, startPing, wayBetween } from '#lab/ping.ts';
import type { RouterPlan } from '#lab/plan.ts';
import { reportLogLines } from '#lab/report-log.ts';
import { waitUntil } from '#lab/run.ts';
import { type AwsConditions, applyConditions } from './aws-conditions.ts';
import { type RouteWatch, watchRoute } from './route-watch.ts';
import type { Way } from './ways.ts';

/** What breaks: the active router of the first site, or its way to the other sites. */
export const FAILURES = ['router', 'uplink'] as const;
export type Failure = (typeof FAILURES)[number];

/** One failure, measured. Times are ms after it; null: it did not happen. */
export interface Trial {
  readonly failure: Failure;
  /** Longest time between two replies to pings every 10 ms; null: they had not come back after 30 s. */
  readonly outageMs: number | null;
  readonly lost: number;
  /** The standby's detector reports the loss of its peer. */
  readonly detectedMs: number | null;
  /** The suspected report has arrived at the API; null, or undefined in older results: the report had one phase. */
  readonly suspectedMs?: number | null;
  /** The report that moved the routes has arrived: the signed request at the API, or the jump host's shell. */
  readonly reportedMs: number | null;
  /** The last managed route is at the target. */
  readonly movedMs: number | null;
  /** The standby's own path to the other site no longer uses the failed router. */
  readonly nearMs: number | null;
  /** The same of the other site's active router: the way back. */
  readonly farMs: number | null;
}

/** A trial with all that a picture of it needs. */
export interface Recording {
  readonly trial: Trial;
  readonly failedAt: number;
  readonly ping: PingResult;
  readonly happenings: readonly Happening[];
}

const PING_EVERY_MS = 10;
const BEFORE_MS = 1_000;
/** Traffic is back after this many replies within a second; without a failure there are 60 to 100. */
const BACK = { repliesInLastSecond: 40, notBeforeMs: 2_500, withinMs: 30_000 };

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
  const happenings = lab.emulator.happenings.filter(({ at }) => at >= failedAt);
  const seen = { near, far, survivor, happenings, failedAt };
  const trial = {
    failure,
    outageMs: back ? result.longestGapMs : null,
    lost: result.sent - result.received,
    ...timesOf(seen, way.detectedElsewhere),
  };
  near.stop();
  far.stop();
  return { trial, failedAt, ping: result, happenings };
}

function isBack(replies: readonly number[], failedAt: number): boolean {
  const now = Date.now();
  const recent = replies.filter((at) => at >= now - 1_000).length;
  return now >= failedAt + BACK.notBeforeMs && recent >= BACK.repliesInLastSecond;
}

interface Seen {
  readonly near: RouteWatch;
  readonly far: RouteWatch;
  readonly survivor: RouterPlan;
  readonly happenings: readonly Happening[];
  readonly failedAt: number;
}

function timesOf(
  { near, far, survivor, happenings, failedAt }: Seen,
  detectedElsewhere: Way['detectedElsewhere'],
): Omit<Trial, 'failure' | 'outageMs' | 'lost'> {
  const elsewhere = detectedElsewhere(failedAt);
  const after = (at: number | undefined) => (at === undefined ? null : Math.round(at - failedAt));
  const moves = happenings.filter(isMove);
  const [first, ...later] = reportsOf(survivor, happenings, moves[0]?.at);
  return {
    detectedMs: after(elsewhere ?? suspicionIn(survivor, failedAt)),
    suspectedMs: after(later.length === 0 ? undefined : first),
    reportedMs: after(elsewhere ?? later.at(-1) ?? first),
    movedMs: moves.length === 0 ? null : after(Math.max(...moves.map(({ at, ms }) => at + ms))),
    nearMs: after(near.changedAfter(failedAt)),
    farMs: after(far.changedAfter(failedAt)),
  };
}

/** When a router's requests arrived at the API, up to the first that moved a route; the first alone if none did. */
function reportsOf({ router }: RouterPlan, happenings: readonly Happening[], movedAt: number | undefined): number[] {
  const requests = happenings.flatMap((happening) =>
    happening.kind === 'http-api' && happening.caller.endsWith(`/${instanceOf(router)}`) ? [happening.at] : [],
  );
  const arrived = requests.toSorted((a, b) => a - b);
  return movedAt === undefined ? arrived.slice(0, 1) : arrived.filter((at) => at <= movedAt);
}

type Call = Extract<Happening, { readonly kind: 'call' }>;

/** A rehearsed call moves nothing. */
function isMove(happening: Happening): happening is Call {
  return (
    happening.kind === 'call' &&
    /^(ReplaceRoute|CreateRoute)$/.test(happening.action) &&
    happening.error === undefined &&
    happening.input.DryRun !== 'true'
  );
}

/** Time of the first detection of the failure in the standby's log. */
function suspicionIn(router: RouterPlan, since: number): number | undefined {
  return reportLogLines(router, since).find(({ says }) => /: up, now down$|: worker started$/.test(says))?.at;
}

function routerWith(role: 'active' | 'standby', routers: readonly RouterPlan[]): RouterPlan {
  const found = routers.find(({ router }) => router.role === role);
  if (found === undefined) throw new Error(`the site has no ${role} router`);
  return found;
}
