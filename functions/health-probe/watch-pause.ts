import type { Observation } from '#failover/observation.ts';
import type { Policy } from '#topology/topology.ts';
import type { ProbePorts } from './ports.ts';

/** People hear that a pause ends so long before it does. */
const WARN_BEFORE_MS = 10 * 60_000;

/** By the site's mode, which a pause does not change. */
const NOW_THAT_IT_IS: Readonly<Record<Policy['mode'], string>> = {
  automatic: 'failover is automatic again',
  observe: 'this site still only observes (mode: observe)',
  off: 'failover is still switched off (mode: off)',
};

/**
 * A pause ends by itself: the rules look at its end, so this only tells people, before and at the end. Each stage of
 * a pause is told once, whichever delivery of a round is first to write that down.
 */
export async function watchPause(
  { stored: { pause, announcedPause: toldPause }, at, site }: Observation,
  ports: ProbePorts,
): Promise<void> {
  if (pause === undefined) return;
  const left = pause.until - at;
  const stage = left <= 0 ? 'ended' : 'ending';
  const { since, until } = pause;
  const known = toldPause?.since === since && toldPause.until === until && toldPause.stage === stage;
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
