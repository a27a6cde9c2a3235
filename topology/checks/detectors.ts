import type { Draft, DraftSite, Placed } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { hasBfd } from '../vyos-versions.ts';
import { duplicates } from './duplicates.ts';

/** Detectors stand once each, and the routers have what they need. */
export function checkDetectors(draft: Draft): Fault[] {
  return (draft.sites ?? []).flatMap((site) => [...repeated(site), ...noBfd(site, draft)]);
}

function repeated({ detectors = [] }: DraftSite): Fault[] {
  return duplicates(detectors, (detector) => detector).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `${again.value} stands here twice (line ${first.line})`,
    hint: 'take one of the two out',
  }));
}

/** VyOS 1.1 knows no BFD at all. */
function noBfd(site: DraftSite, { vyos, profile }: Draft): Fault[] {
  const bfd = site.detectors?.find(({ value }) => value === 'bfd');
  if (bfd === undefined && (site.detectors !== undefined || profile === 'original')) return [];
  const old = (site.routers ?? []).map((router) => router.vyos ?? vyos).find(({ value }) => !hasBfd(value));
  if (old === undefined) return [];
  return [bfd === undefined ? byDefault(old) : written(bfd)];
}

function written({ path }: Placed<string>): Fault {
  const hint = 'take bfd out, or update the routers to VyOS 1.3 or later';
  return { kind: 'contradiction', path, fault: 'VyOS 1.1 has no BFD', hint };
}

function byDefault({ path }: Placed<string>): Fault {
  return {
    kind: 'contradiction',
    path,
    fault: 'VyOS 1.1 has no BFD, which profile fast detects with by default',
    hint: 'write profile: original, or detectors: [serf] in the site',
  };
}
