/** An incident, a drill or a push as one value, made of the history alone: `report --json`, the page and the trace show it. */
import type { DrillLeg } from '#contracts/drill.ts';
import type { HistoryEntry } from '#contracts/history.ts';
import type { NextCommand } from '../output/next-command.ts';
import { ruleText } from '../views/rule-texts.ts';
import { legOf } from './drills.ts';
import type { SiteEntry } from './incident.ts';
import { type PushChange, pushChangeOf } from './push-change.ts';
import { type RouteView, routeViews } from './routes.ts';
import { type Summary, summaryOf } from './summary.ts';
import { timelineOf } from './timeline.ts';
import type { TimelineEvent } from './timeline-event.ts';
import { type Variation, variationsOf } from './variations.ts';
import { type WitnessView, witnessViews } from './witnesses.ts';

export interface ReportView extends Summary {
  readonly site: string;
  /** The trigger's id. */
  readonly id: string;
  /** ISO 8601: when the entry was recorded. */
  readonly at: string;
  /** The incident's entries, the first one first. */
  readonly runs: readonly RunView[];
  /** Entries of all sites within `AROUND_MS`, the first one first. */
  readonly around: readonly AroundView[];
}

/** One entry of the history. */
export interface RunView {
  readonly id: string;
  readonly kind: HistoryEntry['kind'];
  /** ISO 8601: when its trigger arrived. Times of its events are ms from then. */
  readonly arrivedAt: string;
  readonly outcome: string;
  readonly reason: string;
  readonly says: string;
  /** Null: this version does not know the rule. */
  readonly rule: string | null;
  /** False: the entry has no detail, and the run shows only what the entry itself has. */
  readonly detailed: boolean;
  /** Version of the functions; null: not recorded. */
  readonly version: string | null;
  readonly diagnosis: string | null;
  /** The policy that applied, as clauses. */
  readonly policy: readonly string[];
  readonly events: readonly TimelineEvent[];
  readonly routes: readonly RouteView[];
  /** Number of all managed routes, of which `routes` has at most 200; null: not recorded. */
  readonly routeCount: number | null;
  readonly witnesses: readonly WitnessView[];
  /** Of a push or an installation; null: the entry is of another kind, or has no detail. */
  readonly change: PushChange | null;
  /** Null: no detail, or the rules of this version decide otherwise on the same observation. */
  readonly wouldChange: readonly Variation[] | null;
}

/** An entry before, during or after the incident. */
export interface AroundView {
  readonly site: string;
  readonly at: string;
  readonly detector: string;
  readonly outcome: string;
  readonly reason: string;
  readonly says: string;
  /** The entry is part of the incident. */
  readonly isPart: boolean;
}

/**
 * @param chosen the entry that the operator named
 * @param incident entries of its site that belong to it, with their details, oldest first
 * @param around entries of all sites near it, oldest first
 * @param next of the command line
 */
export function reportView(
  chosen: SiteEntry,
  incident: readonly HistoryEntry[],
  around: readonly SiteEntry[],
  next: NextCommand,
): ReportView {
  const { site, entry } = chosen;
  const detailed = incident.find((each) => isSame(each, entry)) ?? entry;
  return {
    site,
    id: entry.id,
    at: iso(entry.at),
    ...summaryOf(site, detailed, incident, next),
    runs: incident.map((each) => runView(each, legOf(each, incident))),
    around: around.map((each) => ({
      site: each.site,
      at: iso(each.entry.at),
      detector: each.entry.detector,
      outcome: each.entry.outcome,
      reason: each.entry.reason,
      says: each.entry.says,
      isPart: each.site === site && incident.some((other) => isSame(other, each.entry)),
    })),
  };
}

export function isSame(one: HistoryEntry, other: HistoryEntry): boolean {
  return one.id === other.id && one.at === other.at;
}

function runView(entry: HistoryEntry, leg: DrillLeg | undefined): RunView {
  const detail = entry.kind === 'swap' ? entry.detail : undefined;
  const pushed = entry.kind === 'push' ? entry.detail : undefined;
  const { id, kind, outcome, reason, says } = entry;
  return {
    id,
    kind,
    arrivedAt: iso(arrivalOf(entry)),
    outcome,
    reason,
    says,
    rule: ruleText(reason) ?? null,
    detailed: (detail ?? pushed) !== undefined,
    version: (detail ?? pushed)?.version ?? null,
    diagnosis: detail === undefined ? null : `${detail.diagnosis.kind}: ${detail.diagnosis.says}`,
    policy: detail === undefined ? [] : policyTexts(detail.seen.site.policy),
    events: timelineOf(entry, leg),
    routes: detail === undefined ? [] : routeViews(detail),
    routeCount: detail?.counts.routes ?? null,
    witnesses: entry.kind === 'swap' ? witnessViews(entry) : [],
    change: (entry.kind === 'push' ? pushChangeOf(entry) : undefined) ?? null,
    wouldChange: detail === undefined ? null : (variationsOf(detail) ?? null),
  };
}

/** When the trigger arrived, ms since the epoch. An entry is written at its end. */
export function arrivalOf(entry: HistoryEntry): number {
  return 'tookMs' in entry ? entry.at - entry.tookMs : entry.at;
}

function policyTexts({
  prefer,
  mode,
  holdDownMs,
  maxSwapsPerHour,
}: {
  readonly prefer: string;
  readonly mode: string;
  readonly holdDownMs: number;
  readonly maxSwapsPerHour: number;
}): readonly string[] {
  return [
    `prefer: ${prefer}`,
    `mode: ${mode}`,
    `holdDown: ${holdDownMs / 1000}s`,
    `maxSwapsPerHour: ${maxSwapsPerHour}`,
  ];
}

const iso = (ms: number) => new Date(ms).toISOString();
