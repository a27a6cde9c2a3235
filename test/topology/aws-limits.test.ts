import { expect, it } from 'vitest';
import { checkAwsLimits } from '#topology/checks/aws-limits.ts';
import type { Draft, DraftSite } from '#topology/draft.ts';

const placed = (value: string) => ({ value, path: ['sites', value], line: 1 });

/** A site with the given numbers of destinations in its tables, next to a site with the given number of front subnets. */
function sites(destinations: readonly (number | 'default')[], frontSubnets: number): Draft {
  const tables = destinations.map((count) => ({
    destinations: count === 'default' ? undefined : Array.from({ length: count }, () => placed('10.2.0.0/20')),
  }));
  const tokyo = { name: placed('tokyo'), tables, frontSubnets: [] };
  const virginia = { name: placed('virginia'), tables: [], frontSubnets: Array.from({ length: frontSubnets }) };
  return { sites: [tokyo, virginia] as unknown as DraftSite[], farEnds: [] } as unknown as Draft;
}

const faults = (draft: Draft) => checkAwsLimits(draft).map(({ fault }) => fault);

it.each<[string, readonly (number | 'default')[], number]>([
  ['named', [1_000, 18_999], 0],
  ['by default', ['default', 'default', 1_999], 9_000],
])(
  'a site can have as many managed routes as a Lambda response holds; one more is a mistake: %s',
  (_, tables, fronts) => {
    const oneMore = [...tables, 1];
    expect(faults(sites(tables, fronts))).toEqual([]);
    expect(faults(sites(oneMore, fronts))).toEqual([]);
    expect(faults(sites([...oneMore, 1], fronts))).toEqual([
      'tokyo has 20001 managed routes; a Lambda response (6 MB) holds at most 20000',
    ]);
  },
);
