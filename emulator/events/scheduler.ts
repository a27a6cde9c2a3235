import type { Clock } from '#emulator/service.ts';
import type { EventBuses } from './buses.ts';
import type { Rule } from './rule.ts';
import { nextFiring } from './schedule.ts';

const MINUTE_MS = 60_000;

/** Scheduled rules. */
export interface Scheduler {
  /** Fires every enabled schedule rule once, now, and ends the minute. */
  tick(region?: string): Promise<void>;
  /** Goes on by the clock until `stop`. */
  start(): void;
  stop(): void;
}

/** `onMinute`: what AWS does every minute by itself. */
export function createScheduler({
  buses,
  clock,
  onMinute,
}: {
  readonly buses: EventBuses;
  readonly clock: Clock;
  readonly onMinute: () => void;
}): Scheduler {
  let isRunning = false;
  const scheduled = (region?: string): Rule[] =>
    buses.rules.filter(
      (rule) => rule.schedule !== undefined && rule.isEnabled && (region === undefined || rule.region === region),
    );

  const repeat = async (
    next: (after: number) => number,
    act: () => void,
    goesOn: () => boolean = () => true,
  ): Promise<void> => {
    let at = next(clock.now());
    while (isRunning) {
      await clock.sleep(Math.max(0, at - clock.now()));
      if (!isRunning || !goesOn()) return;
      act();
      at = next(at);
    }
  };

  const schedule = (rule: Rule): void => {
    if (!isRunning || rule.schedule === undefined || !rule.isEnabled) return;
    void repeat(
      (after) => nextFiring(rule.schedule ?? '', after),
      () => void buses.fire(rule),
      () => buses.rules.includes(rule),
    );
  };
  buses.onRule(schedule);

  return {
    async tick(region) {
      await Promise.all(scheduled(region).map((rule) => buses.fire(rule)));
      onMinute();
    },
    start() {
      if (isRunning) return;
      isRunning = true;
      buses.rules.forEach(schedule);
      void repeat((after) => after + MINUTE_MS, onMinute);
    },
    stop() {
      isRunning = false;
    },
  };
}
