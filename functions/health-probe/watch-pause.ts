import type { Observation } from '#failover/observation.ts';
import type { Policy } from '#topology/topology.ts';
import type { ProbeTools } from './probe-site.ts';

/** People hear that a pause ends so long before it does. */
const WARN_BEFORE_MS = 10 * 60_000;

/** By the site's mode, which a pause does not change. */
const NOW_THAT_IT_IS: Readonly<Record<Policy['mode'], string>> = {
  automatic: 'failover is automatic again',
  observe: 'this site still only observes (mode: observe)',
  off: 'failover is still switched off (mode: off)',
};

/**
 * A pause ends by itself: the rules look at its end, so this only tells people, before and at the end. A person may have
 * paused anew or resumed since the round began: then it is their word that stands, and nothing is told.
 */
export async function watchPause({ memory: { pause }, at, site }: Observation, tools: ProbeTools): Promise<void> {
  if (pause === undefined) return;
  const left = pause.until - at;
  const detail = {
    topology: site.topology,
    site: site.name,
    by: pause.by,
    reason: pause.reason,
    until: new Date(pause.until).toISOString(),
  };
  if (left <= 0) {
    if (!(await tools.store.setPause(undefined, pause))) return;
    const says = `The pause of ${site.name} by ${pause.by} (${pause.reason}) is over; ${NOW_THAT_IT_IS[site.policy.mode]}.`;
    await tools.announce('Pause Ended', { ...detail, says });
  } else if (left <= WARN_BEFORE_MS && pause.warned !== true) {
    if (!(await tools.store.setPause({ ...pause, warned: true }, pause))) return;
    const says = `The pause of ${site.name} by ${pause.by} (${pause.reason}) ends in ${Math.ceil(left / 60_000)} min.`;
    await tools.announce('Pause Ending', { ...detail, says });
  }
}
