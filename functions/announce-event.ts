import type { Announce } from '#contracts/events.ts';
import { adviceOn } from '#failover/evacuation.ts';
import { holdsRoutes, instanceOf, type Observation } from '#failover/observation.ts';
import { isSameTime, type ScheduledEvent } from '#failover/scheduled-event.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { utcTime } from '#failover/utc-time.ts';
import type { Log } from './log.ts';

interface AnnouncePorts {
  readonly announce: Announce;
  readonly log: Log;
}

/**
 * Announces what AWS is going to do to a router's instance, when, and what makes it harmless.
 *
 * @param before its time in the last announcement, ms since the epoch: stated if it has changed and is not past
 * @returns the sentence
 */
export async function announceEvent(
  router: ManagedRouter,
  event: ScheduledEvent,
  observation: Observation,
  before: number | undefined,
  ports: AnnouncePorts,
): Promise<string> {
  const { topology, name: site, policy } = observation.site;
  // One that is past was another event.
  const isMoved = before !== undefined && before > observation.at && !isSameTime(before, event.notBefore);
  const moved = isMoved ? ` Its time was ${utcTime(before)} before.` : '';
  const says = `${adviceOn(observation, router, event)}${moved}`;
  ports.log.warn(says, { router: router.name, event });
  await ports.announce('Router Event Scheduled', {
    topology,
    site,
    router: router.name,
    instance: instanceOf(observation, router) ?? router.eni,
    code: event.code,
    description: event.description,
    ...(event.notBefore !== undefined && { notBefore: new Date(event.notBefore).toISOString() }),
    holdsRoutes: holdsRoutes(observation, router),
    evacuate: policy.evacuate,
    says,
    at: new Date(observation.at).toISOString(),
  });
  return says;
}
