import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { namesOf } from '#infra/names.ts';
import { loadTopology } from '#topology/load.ts';
import { siteFile } from './files.ts';

const topologyNamed = (name: string, site: string) =>
  loadTopology(stringify({ name, sites: { [site]: siteFile('tokyo', 1), v: siteFile('virginia', 2) } }), 'test.yaml');

test.each([
  ['a long topology name', (length: number) => ['n'.repeat(length - 5), 'tokyo']],
  ['a long site name', (length: number) => ['two', 's'.repeat(length - 3)]],
  ['the longest topology name', (length: number) => ['n'.repeat(length - 1), 's']],
] as const)('with %s, what a topology may be named is what its stacks can be named', (_, named) => {
  const [name = '', site = ''] = named(34);
  expect(topologyNamed(name, site).topology?.name).toBe(name);
  expect(() => namesOf({ name }, { name: site })).not.toThrow();
  const [longName = '', longSite = ''] = named(35);
  expect(topologyNamed(longName, longSite).mistakes).toHaveLength(1);
  expect(() => namesOf({ name: longName }, { name: longSite })).toThrow(RangeError);
});
