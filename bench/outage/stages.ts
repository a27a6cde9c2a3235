import type { Happening } from '#emulator/service.ts';
import { isMove, type Times } from './times.ts';
import type { Stages } from './trial.ts';

type Call = Extract<Happening, { readonly kind: 'call' | 'latency' }>;

/**
 * @param happenings of the emulated AWS since the failure
 * @param failedAt ms since the epoch
 * @returns undefined where the routes did not move after a report with its confirmation
 */
export function stagesOf({
  region,
  happenings: ofAllRegions,
  failedAt,
  times: { nearMs, detectedMs, reportedMs, movedMs },
}: {
  /** Of the site whose router failed. */
  readonly region: string;
  readonly happenings: readonly Happening[];
  readonly failedAt: number;
  readonly times: Times;
}): Stages | undefined {
  if (detectedMs === null || reportedMs === null || movedMs === null) return undefined;
  const happenings = ofAllRegions.filter((each) => !('region' in each) || each.region === region);
  const confirm = confirmationIn(happenings, failedAt + reportedMs);
  if (confirm === undefined) return undefined;
  const calls = happenings.flatMap((each) =>
    isCallOfFunction(each) && each.at >= failedAt + reportedMs ? [each] : [],
  );
  const firstMove = Math.min(...happenings.filter(isMove).map(({ at }) => at));
  const leases = calls.filter((call) => takesLease(call) && call.at < firstMove).map(({ at }) => at);
  const began = Math.min(...calls.map(({ at }) => at));
  return differences([
    ['bfd', Math.min(nearMs ?? detectedMs, detectedMs)],
    ['watcher', detectedMs],
    ['worker', confirm.from - failedAt],
    ['confirm', confirm.to - failedAt],
    ['post', reportedMs],
    ['start', Math.min(began, firstMove) - failedAt],
    ['observe', (leases.length === 0 ? Math.min(began, firstMove) : Math.max(...leases)) - failedAt],
    ['lease', firstMove - failedAt],
    ['replace', movedMs],
  ] as const);
}

/** When the peer was asked, from the report that arrived at a time. */
function confirmationIn(
  happenings: readonly Happening[],
  reportedAt: number,
): { readonly from: number; readonly to: number } | undefined {
  const report = happenings.find((each) => each.kind === 'http-api' && Math.abs(each.at - reportedAt) < 1);
  const [, at, ms] =
    /"confirm":\{"verdict":"dead","at":"([^"]+)".*?"ms":(\d+)/.exec(report?.kind === 'http-api' ? report.body : '') ??
    [];
  if (at === undefined) return undefined;
  return { from: Date.parse(at) - Number(ms), to: Date.parse(at) };
}

/** Connections belong to the calls for which they are opened. */
function isCallOfFunction(happening: Happening): happening is Call {
  if (happening.kind === 'latency') return happening.operation === 'Connect' && happening.service !== 'execute-api';
  return happening.kind === 'call' && happening.caller.endsWith('--route-swap');
}

/** The reporter's claim is a write, too. */
function takesLease(call: Call): boolean {
  return call.kind === 'call' && call.action === 'PutItem' && JSON.stringify(call.input).includes('"sk":{"S":"lease"}');
}

/** Each time less the one before it; a time that is earlier than the one before counts as equal to it. */
function differences(ends: readonly (readonly [keyof Stages, number])[]): Stages {
  let last = 0;
  const entries = ends.map(([stage, end]) => {
    const ms = Math.max(0, Math.round(end - last));
    last += ms;
    return [stage, ms] as const;
  });
  return Object.fromEntries(entries) as Record<keyof Stages, number>;
}
