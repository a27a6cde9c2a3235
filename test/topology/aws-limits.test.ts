import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadTopology } from '#topology/load.ts';
import { siteFile, twoSites } from './files.ts';

/** So many managed routes in one site, in tables of a thousand. */
function withRoutes(count: number): string {
  const tables = Array.from({ length: Math.ceil(count / 1000) }, (_, table) => ({
    id: `rtb-1${String(table).padStart(7, '0')}`,
    destinations: Array.from({ length: Math.min(1000, count - table * 1000) }, (_each, n) => {
      const index = table * 1000 + n;
      return `172.${16 + Math.floor(index / 16_384)}.${Math.floor(index / 64) % 256}.${(index % 64) * 4}/30`;
    }),
  }));
  const file = twoSites();
  return stringify({ ...file, sites: { ...file.sites, tokyo: { ...siteFile('tokyo', 1), routeTables: tables } } });
}

const faults = (text: string) =>
  loadTopology(text, 'routes.yaml').mistakes?.map(({ path, fault }) => `${path}: ${fault}`);

it('a site has as many managed routes as an answer of Lambda holds, and one more is a mistake', () => {
  expect(faults(withRoutes(20_000))).toBeUndefined();
  expect(faults(withRoutes(20_001))).toEqual([
    'sites.tokyo.routeTables: tokyo has 20001 managed routes; an answer of Lambda (6 MB) holds 20000 of them',
  ]);
});
