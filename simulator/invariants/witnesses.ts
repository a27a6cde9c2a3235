import type { Run } from '#simulator/platform.ts';
import type { SiteRecord } from '#simulator/site-record.ts';
import type { SimulatedRouter } from '#simulator/sites.ts';

/** By DESIGN and docs/failure-diagnoses.md: how long who counts, ms. A little is added where the run took its time. */
const READING_MS = 90_000;
const TESTIMONY_MS = 32_000;
const MISSED_HEARTBEATS = 3;

/** How many besides its peer may have spoken against a router, as far as a run could know. */
export function mostWitnesses(run: Run, router: SimulatedRouter, site: SiteRecord): number {
  const { evidence } = run;
  const now = evidence.completeAt;
  const facts = evidence.factsOf(router);
  const words = site.ledger.knownTo(run, router.key);
  const heartbeatMs = site.world.schedule.heartbeatMs;
  // A heartbeat that arrived shows that the router runs, whether or not the store took it.
  const arrived = site.ledger.sessionReports.filter((word) => word.router === router.key && word.heartbeat);
  const beat = Math.max(...arrived.map(({ at }) => at));
  // One may be missing because the store took no writes just then.
  const silent = heartbeatMs !== undefined && now - beat > (MISSED_HEARTBEATS - 1) * heartbeatMs;
  return (
    [
      evidence.certainlyFailed(router),
      facts?.statusChecks === 'impaired',
      words.some(({ by, cutOff, at }) => by === 'probe' && cutOff && now - at <= READING_MS),
      silent,
    ].filter(Boolean).length + site.ledger.witnessReportsAgainst(router.key, now - TESTIMONY_MS)
  );
}
