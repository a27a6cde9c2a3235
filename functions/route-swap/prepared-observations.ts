import { PREPARED_FOR_MS } from '#failover/limits.ts';
import type { StoredSite } from '#failover/stored-site.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import type { Ec2Snapshot } from '#functions/observe.ts';

/** What a suspected report made route-swap read. */
export interface PreparedObservation {
  /** When the reads began, ms since the epoch. */
  readonly at: number;
  readonly ec2: Ec2Snapshot;
  readonly stored: StoredSite;
}

/** Two routers, each with up to three detectors, leave some room. Beyond it the oldest is dropped. */
const MAX_PREPARED = 8;

/**
 * Observations that wait for a confirmed report, in the memory of this environment of the function. Another environment, and any
 * other trigger, do not know of them.
 */
export class PreparedObservations {
  readonly #byReport = new Map<string, PreparedObservation>();

  add(report: ReportTrigger, prepared: PreparedObservation): void {
    this.drop(report);
    this.#byReport.set(keyOf(report), prepared);
    for (const oldest of this.#byReport.keys()) {
      if (this.#byReport.size <= MAX_PREPARED) return;
      this.#byReport.delete(oldest);
    }
  }

  /** Hands out an observation once. @returns undefined: there is none for this report, or it is too old at `now` */
  take(report: ReportTrigger, now: number): PreparedObservation | undefined {
    const found = this.#byReport.get(keyOf(report));
    this.drop(report);
    return found !== undefined && now - found.at <= PREPARED_FOR_MS ? found : undefined;
  }

  drop(report: ReportIdentity): void {
    this.#byReport.delete(keyOf(report));
  }
}

type ReportIdentity = Pick<ReportTrigger, 'id' | 'instance' | 'reporter'>;

/** The instance is part of the key: it has signed both phases, so it is still the reporter that the prepared reads have checked. */
const keyOf = ({ id, instance, reporter }: ReportIdentity) => `${reporter} ${instance} ${id}`;
