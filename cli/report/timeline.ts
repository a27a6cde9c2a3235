import type { DrillLeg } from '#contracts/drill.ts';
import type { HistoryEntry, SwapEntry } from '#contracts/history.ts';
import type { SwapTimes } from '#contracts/swap-result.ts';
import { trafficSays } from '../drill/drill-text.ts';
import { counted } from '../output/counted.ts';
import { callerText } from './caller-text.ts';
import { callEvents } from './calls.ts';
import { pushEvents } from './push-change.ts';
import { reportEvents } from './reports.ts';
import { LANES, moment, span, type TimelineEvent } from './timeline-event.ts';

/**
 * What happened in one run, lane by lane and in the order of time.
 *
 * @param leg the movement of a drill that the run is, with its packets. Default: none was measured
 */
export function timelineOf(entry: HistoryEntry, leg?: DrillLeg): readonly TimelineEvent[] {
  return [...eventsOf(entry), ...packets(entry, leg)].toSorted(
    (a, b) => LANES.indexOf(a.lane) - LANES.indexOf(b.lane) || a.startMs - b.startMs,
  );
}

function eventsOf(entry: HistoryEntry): readonly TimelineEvent[] {
  switch (entry.kind) {
    case 'swap':
      return [
        ...traffic(entry),
        ...reportEvents(entry),
        ...operatorEvents(entry),
        ...routeSwapEvents(entry),
        ...callEvents(entry.detail?.calls ?? []),
      ];
    case 'event':
      return [moment('Detectors', entry.says, 'neutral')];
    case 'operator':
      return [moment('Operators', `${entry.says}${callerText(entry.requestedBy)}`, 'neutral')];
    case 'push':
      return pushEvents(entry);
  }
}

/**
 * The history has no packets. What it has is where the routes pointed: from the failure's first notice until EC2 accepted the last
 * ReplaceRoute, they pointed at the failed router.
 */
function traffic(entry: SwapEntry): readonly TimelineEvent[] {
  const { detail, times, tookMs, outcome, owner } = entry;
  const subject = detail?.diagnosis.subject.name ?? 'the earlier owner';
  const moved = times?.lastAccepted;
  if (detail?.trigger.kind === 'operator' || entry.detector === 'operator') return [];
  const from = noticedMs(entry);
  if (outcome === 'refused' || outcome === 'noted') {
    return [span('Traffic', `routes stay${owner === undefined ? '' : ` at ${owner}`}`, from, tookMs - from, 'neutral')];
  }
  if (moved === undefined) return [];
  return [
    span('Traffic', `routes point at ${subject}, which was reported failed`, from, moved - from, 'bad'),
    outcome === 'partial'
      ? span('Traffic', 'some routes still point there', moved, tookMs - moved, 'bad')
      : span('Traffic', `all routes point at ${owner ?? 'the target'}`, moved, tookMs - moved, 'good'),
  ];
}

/** A drill measures the time without replies, and how long after the last accepted ReplaceRoute it ended. */
function packets(entry: HistoryEntry, leg: DrillLeg | undefined): readonly TimelineEvent[] {
  const accepted = entry.kind === 'swap' ? entry.times?.lastAccepted : undefined;
  if (leg?.sent === undefined || accepted === undefined) return [];
  const end = accepted + (leg.convergeMs ?? 0);
  const tone = leg.lost === 0 ? 'good' : 'bad';
  return [span('Traffic', trafficSays(leg), end - (leg.outageMs ?? 0), leg.outageMs ?? 0, tone)];
}

/** When the failure was first noticed, ms from the trigger's arrival; 0: not recorded. */
export function noticedMs({ times, detail, at, tookMs }: SwapEntry): number {
  if (times?.noticed !== undefined) return times.noticed;
  const trigger = detail?.trigger;
  const noticed = trigger?.kind === 'report' ? trigger.noticedAt : trigger?.kind === 'ec2' ? trigger.at : undefined;
  return noticed === undefined ? 0 : Math.min(0, noticed - (at - tookMs));
}

function operatorEvents({ detail, requestedBy }: SwapEntry): readonly TimelineEvent[] {
  const trigger = detail?.trigger;
  if (trigger?.kind !== 'operator') return [];
  const { by, act, to, reason, overrides } = trigger;
  const overridden = overrides.length === 0 ? '' : `, overrides ${overrides.join(', ')}`;
  return [
    moment(
      'Operators',
      `${by} requests a ${act} to ${to} (${reason})${overridden}${callerText(requestedBy)}`,
      'neutral',
    ),
  ];
}

function routeSwapEvents(entry: SwapEntry): readonly TimelineEvent[] {
  const { times, tookMs, outcome, reason, moved, detector } = entry;
  const trigger = entry.detail?.trigger;
  const report = trigger?.kind === 'report' ? `the report of ${trigger.reporter} arrives` : 'the report arrives';
  const arrives = moment('route-swap', ARRIVALS[detector] ?? report, 'neutral');
  const what =
    times?.prepared === undefined ? 'observes and decides' : 'reads the stored state, takes the lease and decides';
  const decided = `${what}: ${outcome} (${reason})`;
  if (times === undefined) return [arrives, span('route-swap', decided, 0, tookMs, toneOf(outcome))];
  return [
    ...preparation(times),
    arrives,
    span('route-swap', decided, 0, times.decided, 'neutral'),
    ...swapSpans(times, tookMs, moved, outcome),
  ];
}

/** The first phase of a report: it ends before the confirmed report arrives. */
function preparation({ prepared }: SwapTimes): readonly TimelineEvent[] {
  if (prepared === undefined) return [];
  return [
    moment('route-swap', 'the suspected report arrives: observes the site, and prepares the swap', 'neutral', prepared),
  ];
}

const ARRIVALS: Readonly<Record<string, string>> = {
  ec2: 'the event of EC2 arrives',
  probe: 'health-probe asks',
  operator: 'the request arrives',
};

function swapSpans(times: SwapTimes, tookMs: number, moved: number, outcome: string): readonly TimelineEvent[] {
  const { decided, begun, lastAccepted, prepared } = times;
  const from = begun ?? decided;
  const end = lastAccepted ?? from;
  return [
    ...(begun === undefined || prepared !== undefined
      ? []
      : [span('route-swap', 'takes the lease and writes the journal', decided, begun - decided, 'neutral')]),
    ...(lastAccepted === undefined
      ? []
      : [span('route-swap', 'replaces the routes', from, end - from, toneOf(outcome))]),
    span('route-swap', `reads the routes back: ${counted(moved, 'route')} moved`, end, tookMs - end, toneOf(outcome)),
  ];
}

function toneOf(outcome: string): TimelineEvent['tone'] {
  if (outcome === 'partial') return 'bad';
  return outcome === 'swapped' ? 'good' : 'neutral';
}
