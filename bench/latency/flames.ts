import type { Flame } from '#bench/outage/flame.ts';
import type { LatencyReport, LatencyResult } from './report.ts';

/** The failovers that docs/detection.md shows in full: two phases, at the old assumption, at a plausible AWS, and there from a cold start. */
const SHOWN = [
  { latency: 'lab', start: 'warm' },
  { latency: 'plausible', start: 'warm' },
  { latency: 'plausible', start: 'cold' },
] as const satisfies readonly Pick<LatencyResult, 'latency' | 'start'>[];

/** Of the trial whose outage is the median; none where no trial had stages. */
export function flamesIn({ results }: LatencyReport): { readonly file: string; readonly flame: Flame }[] {
  return SHOWN.flatMap(({ latency, start }) => {
    const result = results.find((each) => each.phases === 2 && each.latency === latency && each.start === start);
    if (result === undefined || result.example === null) return [];
    const flame = {
      title: `One failover: ${latency} profile, ${start} function, two phases`,
      subtitle: `The active router fails at 0; the last route has moved after ${(result.example.movedMs / 1000).toFixed(2)} s.`,
      ...result.example,
    };
    return [{ file: `flame-${latency}-${start}.svg`, flame }];
  });
}
