import { canRunPrograms } from '#infra/router-bundles/program-routers.ts';
import { routersOf } from '../require-name.ts';
import type { SiteSituation, Situation } from './situation.ts';

/** What could not be read, so that it is unknown whether it needs a step, as sentences. Empty: all was read. */
export function unreadFacts({ sites, missingKeys }: Situation): readonly string[] {
  return [
    ...(missingKeys === undefined ? ['The keys of tunnels and Serf could not be read.'] : []),
    // Before a deployment the steps are predicted, without what the routers have.
    ...sites.filter(({ deployment }) => deployment === 'current').flatMap(unreadAt),
  ];
}

function unreadAt({ site, routers }: SiteSituation): string[] {
  const runPrograms = new Set(
    routersOf(site)
      .filter(canRunPrograms)
      .map(({ name }) => name),
  );
  return [
    ...routers
      .filter(({ configuration }) => configuration === 'unknown')
      .map(({ name }) => `${site.name}: the configuration of ${name} could not be read.`),
    ...routers
      .filter(({ name, programs }) => programs === 'unknown' && runPrograms.has(name))
      .map(({ name }) => `${site.name}: the programs of ${name} are not known.`),
  ];
}
