import type { SwapEntry } from '#contracts/history.ts';
import type { Trigger } from '#failover/trigger.ts';
import { distinct } from './evidence.ts';
import { moment, span, type TimelineEvent } from './timeline-event.ts';

/** Older evidence is in the table of witnesses, and would make the scale useless. */
const BEFORE_MS = 30_000;

/** What routers, detectors and EC2 did before the trigger arrived. */
export function reportEvents(entry: SwapEntry): readonly TimelineEvent[] {
  const arrived = entry.at - entry.tookMs;
  const { detail } = entry;
  if (detail === undefined) {
    const noticed = entry.times?.noticed;
    if (noticed === undefined) return [];
    return [moment('Detectors', `${entry.detector} notices the failure`, 'bad', noticed)];
  }
  const { seen, trigger } = detail;
  return [
    ...(trigger.kind === 'report' ? ofReport(trigger, arrived) : []),
    ...(trigger.kind === 'ec2' && trigger.at !== undefined
      ? [moment('Detectors', `EC2: ${trigger.instance} is ${trigger.state}`, 'bad', trigger.at - arrived)]
      : []),
    ...seen.stored.witnessReports
      .map(({ by, at }) => moment('Detectors', `${by} reports that it lost contact`, 'bad', at - arrived))
      .filter(({ startMs }) => startMs > -BEFORE_MS),
    ...Object.entries(seen.routers)
      .flatMap(([name, { evidence }]) =>
        distinct(evidence)
          .filter(({ by }) => by === 'itself')
          .map(({ at, bgp: { tunnels } }) => {
            const says = `${name} claims ${tunnels.established} of ${tunnels.configured} eBGP sessions`;
            return moment('Routers', says, tunnels.established > 0 ? 'good' : 'bad', at - arrived);
          }),
      )
      .filter(({ startMs }) => startMs > -BEFORE_MS),
  ];
}

/** A reporter's times are by its own clock; `noticedAt` is `detectedAt` by AWS's clock. */
function ofReport(
  { detector, subject, reporter, noticedAt, detectedAt, confirmedAt, at }: Extract<Trigger, { kind: 'report' }>,
  arrived: number,
): readonly TimelineEvent[] {
  if (noticedAt === undefined || detectedAt === undefined) return [];
  const byArrival = (ms: number) => ms - detectedAt + noticedAt - arrived;
  const noticed = noticedAt - arrived;
  const sent = Math.min(0, byArrival(at));
  return [
    moment('Detectors', `${detector} on ${reporter} notices that ${subject} does not answer`, 'bad', noticed),
    ...(confirmedAt === undefined || confirmedAt <= detectedAt
      ? []
      : [span('Routers', `${reporter} asks ${subject} again`, noticed, byArrival(confirmedAt) - noticed, 'neutral')]),
    span('Routers', `${reporter} sends its report`, sent, -sent, 'neutral'),
  ];
}
