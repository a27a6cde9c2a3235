import type { SentSiteStatus } from '#contracts/site-status.ts';
import type { Observation } from '#failover/observation.ts';

/** An observation by the names of the first version, which command lines of all versions read. */
export function observationAsSent({ at, site, routers, routes, stored }: Observation): SentSiteStatus['seen'] {
  const { witnessReports: testimonies, announcedPause: toldPause, abandoned: _, ...rest } = stored;
  const memory = { ...rest, testimonies, toldPause };
  const facts = Object.entries(routers).map(([name, { evidence: statements, ...more }]) => [
    name,
    { ...more, statements },
  ]);
  return {
    at,
    site,
    routers: Object.fromEntries(facts) as SentSiteStatus['seen']['routers'],
    routes,
    memory,
  };
}
