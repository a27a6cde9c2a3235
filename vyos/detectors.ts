/** Which of a site's detectors a router can run. */
import type { SiteDetector } from '#topology/topology.ts';
import type { Settings } from './options.ts';
import { syntaxOf } from './syntax.ts';

/** BFD is part of profile `fast`; VRRP to one address came with VyOS 1.2. Serf runs on all. */
export function runsDetector(detector: SiteDetector, { profile, vyos }: Pick<Settings, 'profile' | 'vyos'>): boolean {
  if (detector === 'bfd') return profile === 'fast';
  if (detector === 'vrrp') return syntaxOf(vyos).vrrpAddress !== undefined;
  return true;
}
