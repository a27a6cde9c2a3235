import type { PingSeries } from '#contracts/measurement.ts';
import { type NotMeasured, runMeasurement } from '../measure/run-measurement.ts';
import { type DrillContext, isInterrupted, type MeasuringHost } from './drill-context.ts';

/** Time between two packets, ms. */
const EVERY_MS = 50;

export type Traffic = ({ readonly measured: true } & PingSeries) | NotMeasured;

/**
 * A series of pings from the measuring host, which ends early when more is lost than the budget permits. Never throws: Ctrl-C ends
 * the wait, and the drill then returns the routes.
 */
export async function measureTraffic(
  drill: DrillContext,
  { instance, to, seconds }: MeasuringHost & { readonly seconds: number },
): Promise<Traffic> {
  const request = {
    instance,
    pings: [{ address: to }],
    seconds,
    everyMs: EVERY_MS,
    mostLost: Math.floor(drill.budgetMs / EVERY_MS),
  };
  try {
    const end = await runMeasurement(drill.where, request, drill.cli);
    if (!end.measured) return end;
    const series = end.pings[to];
    if (series === undefined) return { measured: false, why: `the measurement contains no series to ${to}` };
    if (series.sent === 0)
      return { measured: false, why: `no packet was sent to ${to}: ${series.error ?? 'unknown why'}` };
    return { measured: true, ...series };
  } catch (error) {
    return { measured: false, why: isInterrupted(drill) ? 'the drill was interrupted' : (error as Error).message };
  }
}

/** The time without replies, ms: from the first lost packet of each gap to the next reply, or to the end of the series. */
export function outageOf({ gaps, to }: Pick<PingSeries, 'gaps' | 'to'>): number {
  return gaps.reduce((sum, { from, back }) => sum + Math.max(0, (back ?? to) - from), 0);
}
