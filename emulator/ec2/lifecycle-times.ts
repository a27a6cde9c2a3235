/** How long instances take, ms. The defaults are of the usual size; AWS publishes none. */
export interface LifecycleTimes {
  /** `pending` after a start. */
  readonly pendingMs: number;
  /** From `running` until the guest answers. */
  readonly bootMs: number;
  /** From `running` until the status check is no longer `initializing`. */
  readonly initializingMs: number;
  readonly stoppingMs: number;
  readonly shuttingDownMs: number;
  /** The guest's silence in a reboot; the instance stays `running`. */
  readonly rebootMs: number;
  /** From a guest's failure until the status check reports `impaired`. Checks run every minute. */
  readonly statusCheckMs: number;
}

export const usualTimes: LifecycleTimes = {
  pendingMs: 5_000,
  bootMs: 20_000,
  initializingMs: 120_000,
  stoppingMs: 20_000,
  shuttingDownMs: 20_000,
  rebootMs: 30_000,
  statusCheckMs: 60_000,
};
