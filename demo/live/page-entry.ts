import type { Happening } from '#emulator/service.ts';
import type { Topology } from '#topology/topology.ts';
import type { Entry, EntryKind } from '#ui/contract.ts';
import { type HappeningEntry, happeningEntry } from '../happening-entry.ts';

/** What of a happening the page's timeline shows; undefined: nothing. */
export function pageEntry(happening: Happening, topology: Topology): Omit<Entry, 'id'> | undefined {
  const { sites } = topology;
  const routers = sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
  const found = happeningEntry(happening, (eni) => routers.find((router) => router.eni === eni)?.name ?? eni);
  if (found === undefined || isRoutine(found)) return undefined;
  const here = sites.filter(({ region }) => 'region' in happening && region === happening.region);
  const [site] = here;
  return {
    at: found.at,
    kind: KINDS[found.what],
    where: here.length === 1 && site ? site.name : null,
    says: found.says,
  };
}

/** Each minute the probe asks for the swap that it would decide on, and mostly there is none. */
function isRoutine({ decision }: HappeningEntry): boolean {
  return decision?.detector === 'probe' && decision.kind !== 'swap';
}

const KINDS: Readonly<Record<HappeningEntry['what'], EntryKind>> = {
  failed: 'fault',
  detected: 'detected',
  suspected: 'reported',
  reported: 'reported',
  decided: 'decided',
  replaced: 'replaced',
  deleted: 'replaced',
  created: 'replaced',
  'read back': 'swap',
  announced: 'announced',
  alarm: 'alarm',
  told: 'announced',
  probed: 'reported',
  rerouted: 'detected',
  hop: 'reported',
  'ping back': 'traffic',
};
