/** Which of a site's detectors a router can run. */
import type { SiteDetector, Topology } from '#topology/topology.ts';
import { findRouter } from './find-router.ts';
import { releaseOf, type Settings } from './options.ts';
import { syntaxOf } from './versions/syntax.ts';

/** BFD needs profile `fast`; VRRP needs a version with unicast VRRP; Serf runs on every version. */
export function runsDetector(detector: SiteDetector, { profile, vyos }: Pick<Settings, 'profile' | 'vyos'>): boolean {
  if (detector === 'bfd') return profile === 'fast';
  if (detector === 'vrrp') return syntaxOf(vyos).vrrpAddress !== undefined;
  return true;
}

/**
 * The detectors that run on one router, in the order of its site. If the router can run none of them, it runs Serf, which
 * every version can.
 *
 * @throws VyosConfigError for a router that is not in the topology
 */
export function detectorsOn(topology: Topology, name: string): readonly SiteDetector[] {
  const { router, site } = findRouter(topology, name);
  const settings = { vyos: releaseOf(router.vyos), profile: topology.profile };
  const running = site.detectors.filter((detector) => runsDetector(detector, settings));
  return running.length > 0 ? running : ['serf'];
}
