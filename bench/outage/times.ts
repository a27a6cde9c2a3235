import { instanceOf } from '#demo/account-of-topology.ts';
import type { Happening } from '#emulator/service.ts';
import type { RouterPlan } from '#lab/plan.ts';
import { reportLogLines } from '#lab/report-log.ts';
import type { RouteWatch } from './route-watch.ts';
import type { Trial } from './trial.ts';
import type { Way } from './ways.ts';

export type Times = Omit<Trial, 'failure' | 'outageMs' | 'lost' | 'stages'>;

interface Seen {
  readonly near: RouteWatch;
  readonly far: RouteWatch;
  readonly survivor: RouterPlan;
  readonly happenings: readonly Happening[];
  readonly failedAt: number;
}

/** When each part of the failover happened, ms after the failure. */
export function timesOf(
  { near, far, survivor, happenings, failedAt }: Seen,
  detectedElsewhere: Way['detectedElsewhere'],
): Times {
  const elsewhere = detectedElsewhere(failedAt);
  const after = (at: number | undefined) => (at === undefined ? null : Math.round(at - failedAt));
  const moves = happenings.filter(isMove);
  const firstMove = Math.min(...moves.map(({ at }) => at));
  const before = reportsOf(survivor, happenings).filter(({ at }) => at <= firstMove);
  const reports = before.filter((report) => !isSuspected(report));
  return {
    detectedMs: after(elsewhere ?? suspicionIn(survivor, failedAt)),
    suspectedMs: after(before.find(isSuspected)?.at),
    reportedMs: after(elsewhere ?? reports.at(moves.length === 0 ? 0 : -1)?.at),
    movedMs: moves.length === 0 ? null : after(Math.max(...moves.map(({ at, ms }) => at + ms))),
    nearMs: after(near.changedAfter(failedAt)),
    farMs: after(far.changedAfter(failedAt)),
  };
}

type HttpRequest = Extract<Happening, { readonly kind: 'http-api' }>;
type Call = Extract<Happening, { readonly kind: 'call' }>;

/** A router's requests at the API that were answered, in the order of their arrival. */
export function reportsOf({ router }: RouterPlan, happenings: readonly Happening[]): HttpRequest[] {
  const isReport = (happening: Happening): happening is HttpRequest =>
    happening.kind === 'http-api' && happening.caller.endsWith(`/${instanceOf(router)}`);
  return happenings.filter(isReport).toSorted((one, other) => one.at - other.at);
}

/** Nothing is decided by it. */
export function isSuspected({ body }: HttpRequest): boolean {
  return body.includes('"event":"peer-suspected"');
}

/** A rehearsed call moves nothing. */
export function isMove(happening: Happening): happening is Call {
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
