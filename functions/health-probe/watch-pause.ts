import type { Observation } from '#failover/observation.ts';
import type { Policy } from '#topology/topology.ts';
import type { ProbePorts } from './ports.ts';

/** The end of a pause is announced this long before. */
const WARN_BEFORE_MS = 10 * 60_000;

/** By the site's mode, which a pause does not change. */
const NOW_THAT_IT_IS: Readonly<Record<Policy['mode'], string>> = {
  automatic: 'failover is automatic again',
  observe: 'this site still only observes (mode: observe)',
  off: 'failover is still switched off (mode: off)',
};

/**
 * Announces the end of a pause, before and at its end. The pause itself ends by time (`failover/pause.ts`). Each stage is announced
 * once, by the first delivery of a round that stores it.
 */
export async function watchPause(
  { stored: { pause, announcedPause }, at, site }: Observation,
  ports: ProbePorts,
): Promise<void> {
  if (pause === undefined) return;
  const left = pause.until - at;
  const stage = left <= 0 ? 'ended' : 'ending';
  const { since, until } = pause;
  const known = announcedPause?.since === since && announcedPause.until === until && announcedPause.stage === stage;
  if (left > WARN_BEFORE_MS || known) return;
  if (!(await ports.store.setAnnouncedPause({ since, until, stage }))) return;
  const detail = {
    topology: site.topology,
    site: site.name,
    by: pause.by,
    reason: pause.reason,
    until: new Date(pause.until).toISOString(),
  };
  if (stage === 'ended') {
    const says = `The pause of ${site.name} by ${pause.by} (${pause.reason}) is over; ${NOW_THAT_IT_IS[site.policy.mode]}.`;
    await ports.announce('Pause Ended', { ...detail, says });
  } else {
    const says = `The pause of ${site.name} by ${pause.by} (${pause.reason}) ends in ${Math.ceil(left / 60_000)} min.`;
    await ports.announce('Pause Ending', { ...detail, says });
  }
}
