import type { Site } from '#topology/topology.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';

/** A site that could not be queried. `hint`: what to do next. */
export interface UnreachableSite {
  readonly name: string;
  readonly region: string;
  readonly says: string;
  readonly hint?: string;
}

/**
 * Queries sites in parallel. A site that cannot be queried does not hide the others.
 *
 * @param ask any error but CommandError ends the whole query
 */
export async function askSites<Answer>(
  sites: readonly Site[],
  ask: (site: Site) => Promise<Answer>,
): Promise<{ readonly found: readonly Answer[]; readonly unseen: readonly UnreachableSite[] }> {
  const results = await Promise.all(sites.map((site) => askOne(site, ask)));
  return {
    found: results.flatMap(({ answers }) => answers),
    unseen: results.flatMap(({ unreachable }) => unreachable),
  };
}

async function askOne<Answer>(site: Site, ask: (site: Site) => Promise<Answer>) {
  try {
    return { answers: [await ask(site)], unreachable: [] };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { answers: [], unreachable: [{ name: site.name, region: site.region, ...saysAndHint(error.message) }] };
  }
}
