import type { Draft, DraftSite } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { hasBfd } from '../vyos-versions.ts';
import { duplicates } from './duplicates.ts';

/** Each detector is listed once, and the routers can run it. */
export function checkDetectors(draft: Draft): Fault[] {
  return (draft.sites ?? []).flatMap((site) => [...repeated(site), ...noBfd(site, draft)]);
}

function repeated({ detectors = [] }: DraftSite): Fault[] {
  return duplicates(detectors, (detector) => detector).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `${again.value} is listed twice (line ${first.line})`,
    hint: 'remove one of the two',
  }));
}

/** A detector that a router's version does not have. */
function noBfd(site: DraftSite, { vyos }: Draft): Fault[] {
  const bfd = site.detectors?.find(({ value }) => value === 'bfd');
  if (bfd === undefined) return [];
  const versions = (site.routers ?? []).map((router) => router.vyos ?? vyos);
  if (versions.every(({ value }) => hasBfd(value))) return [];
  const hint = 'remove bfd, or update the routers to VyOS 1.3 or later';
  return [{ kind: 'contradiction', path: bfd.path, fault: 'VyOS 1.1 has no BFD', hint }];
}
