import { expect, it } from 'vitest';
import { regionNotes } from '#infra/region-notes.ts';
import { load, siteFile, twoSites } from '../topology/files.ts';

it.each(['ap-northeast-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1'])('%s is known', (region) => {
  const sites = { tokyo: { ...siteFile('tokyo', 1), region }, virginia: { ...siteFile('virginia', 2), region } };
  expect(regionNotes(load({ ...twoSites(), sites }))).toEqual([]);
});

it('a region that is not known is named, with the one that was meant', () => {
  const { sites, ...more } = twoSites();
  const file = { ...more, sites: { ...sites, tokyo: { ...sites.tokyo, region: 'eu-central-9' } } };
  expect(regionNotes(load(file))).toEqual([
    expect.stringMatching(
      /^site tokyo: eu-central-9 is no region that the CDK here knows: did you mean [^.]*eu-central-1\b[^.]*\?$/,
    ),
  ]);
});
