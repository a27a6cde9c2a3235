import type { Happening } from '#emulator/service.ts';
import { happeningEntry } from './happening-entry.ts';
import type { Scenario } from './scenario.ts';
import type { LogLine, SimulatedRouter } from './simulated-router.ts';
import type { Timeline } from './timeline.ts';

/**
 * Adds what the emulated AWS and the routers' logs recorded to the timeline.
 *
 * @param since earlier events are left out, ms since the epoch
 */
export function recordOurTimeline(
  { active, standby }: Scenario,
  happenings: readonly Happening[],
  routers: readonly SimulatedRouter[],
  since: number,
  timeline: Timeline,
): void {
  const nameOf = (eni: string) => [active, standby].find((router) => router.eni === eni)?.name ?? eni;
  for (const happening of happenings.filter(({ at }) => at >= since)) {
    const entry = happeningEntry(happening, nameOf);
    if (entry !== undefined) timeline.add(entry.at, 'ours', entry.what, entry.says);
  }
  for (const { router, log } of routers.map((each) => ({ router: each.router.name, log: each.reportLog() }))) {
    for (const line of log.filter(({ at }) => at >= since))
      timeline.add(
        line.at,
        'ours',
        SUSPICION.test(line.says) ? 'suspected' : 'reported',
        `${router}: ${shorten(line)}`,
      );
  }
}

/** How the log begins the API's answer to a suspected report. */
const SUSPICION = /^suspected: /;

/** A line of a router's log, for one line of a timeline. */
export function shorten({ says }: LogLine): string {
  const text = says.replace(SUSPICION, '');
  return text.length > 110 ? `${text.slice(0, 109)}…` : text;
}
