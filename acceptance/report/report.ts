import type { FoundImage } from '#aws/account.ts';
import type { Software } from '#aws/run-script.ts';
import type { RouteLatencyView } from '#cli/views/route-latency-view.ts';
import type { Durations, MeasuredSwap } from '../events/measured-swap.ts';
import type { Traffic } from '../hosts/readings.ts';

/** An event of a run. */
export interface EventRecord {
  readonly name: string;
  readonly kind: 'switchover' | 'frr' | 'reboot' | 'stop' | 'agent' | 'report-path' | 'upgrade';
  readonly site: string;
  /** Owner before. */
  readonly from: string | null;
  /** ISO 8601, by the workstation's clock; all other times are AWS's. */
  readonly startedAt: string;
  /** Null: the routes did not move. */
  readonly swap: MeasuredSwap | null;
  readonly traffic: Traffic;
  readonly durations: Durations;
  /** What `status` showed of a failure that moves no routes; null: another event, or it showed nothing. */
  readonly noticed: string | null;
  /** What went wrong; null: nothing. */
  readonly problem: string | null;
}

/** The steps of a run that take minutes, ms. */
export interface StepTime {
  readonly name: string;
  readonly tookMs: number;
}

export interface RouterSoftware extends Software {
  readonly router: string;
}

/** `route-latency` in a site's Region. */
export type MeasuredRouteLatency = Pick<RouteLatencyView, 'site' | 'region' | 'says' | 'summary' | 'flips'>;

/** A report while its run goes on. */
export interface ReportDraft {
  readonly version: string;
  /** ISO 8601, by the workstation's clock. */
  readonly startedAt: string;
  /** Null: AWS. Otherwise an emulator's URL, and no time in the report is one of AWS. */
  readonly endpoint: string | null;
  readonly regions: readonly string[];
  /** By site. */
  readonly images: Readonly<Record<string, FoundImage>>;
  readonly instanceTypes: readonly string[];
  readonly steps: StepTime[];
  /** Empty: not measured. */
  routeLatencies: readonly MeasuredRouteLatency[];
  readonly events: EventRecord[];
  software: readonly RouterSoftware[];
  /** What went wrong outside an event, and what remains. */
  readonly problems: string[];
}

/** The JSON report: fields are only ever added. The account id is not in it. */
export function reportJson(report: ReportDraft): string {
  return `${JSON.stringify({ schema: 'vyos-failover.acceptance/1', ...report }, undefined, 2)}\n`;
}

/** Whether anything went wrong. */
export function hasProblems({ problems, events }: Pick<ReportDraft, 'problems' | 'events'>): boolean {
  return problems.length > 0 || events.some(({ problem }) => problem !== null);
}
