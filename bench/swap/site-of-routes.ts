import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Site, Topology } from '#topology/topology.ts';

const EXAMPLE = new URL('../../examples/tokyo-virginia.yaml', import.meta.url);
/** The default quota of a VPC route table was 50 for a decade, so many routes mean several tables. */
export const ROUTES_PER_TABLE = 50;
const MOST_ROUTES = 5_000;

/** A topology whose site Tokyo has this number of managed routes. */
export interface SiteOfRoutes {
  readonly topology: Topology;
  readonly tokyo: Site;
  /** The file's text. */
  readonly text: string;
}

/** @throws RangeError for less than one route, or more than there are destinations for */
export function siteOfRoutes(routes: number): SiteOfRoutes {
  if (!(routes >= 1 && routes <= MOST_ROUTES)) throw new RangeError(`From 1 to ${MOST_ROUTES} routes, not ${routes}.`);
  const file = parse(readFileSync(EXAMPLE, 'utf8')) as { sites: { tokyo: { routeTables: unknown } } };
  file.sites.tokyo.routeTables = Array.from({ length: Math.ceil(routes / ROUTES_PER_TABLE) }, (_, table) => ({
    id: `rtb-0b${String(table).padStart(15, '0')}`,
    destinations: Array.from(
      { length: Math.min(ROUTES_PER_TABLE, routes - table * ROUTES_PER_TABLE) },
      (_destination, index) => destination(table * ROUTES_PER_TABLE + index),
    ),
  }));
  const text = stringify(file);
  const { topology, mistakes } = loadTopology(text, `${routes} routes`);
  const tokyo = topology?.sites.find(({ name }) => name === 'tokyo');
  if (topology === undefined || tokyo === undefined) throw new Error(renderMistakes(mistakes ?? []));
  return { topology, tokyo, text };
}

function destination(index: number): string {
  return `10.${100 + Math.floor(index / 256)}.${index % 256}.0/24`;
}
