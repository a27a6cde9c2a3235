import { describe, expect, it } from 'vitest';
import { cheaperSwaps } from '#failover/cheaper-swaps.ts';

const networks = (count: number) =>
  Array.from({ length: count }, (_, n) => `10.${100 + Math.floor(n / 256)}.${n % 256}.0/24`);
const site = (...tables: readonly string[][]) => ({
  routeTables: tables.map((destinations, index) => ({ id: `rtb-${index + 1}`, destinations, edge: false })),
});

describe('prefix lists make a swap cheaper', () => {
  it('where a table has many CIDR routes: one call for each table, and no waiting for the throttle', () => {
    expect(cheaperSwaps(site(networks(60), networks(40)))).toEqual({
      calls: { now: 100, withLists: 2 },
      atLeastMs: { now: 10_000, withLists: 0 },
      matters: true,
      lists: [
        { table: 'rtb-1', family: 4, routes: 60 },
        { table: 'rtb-2', family: 4, routes: 40 },
      ],
    });
  });

  it('with a list for each address family', () => {
    const table = ['10.2.0.0/20', '10.3.0.0/20', '2001:db8:2::/56', '2001:db8:3::/56', 'pl-1'];
    expect(cheaperSwaps(site(table))).toMatchObject({
      calls: { now: 5, withLists: 3 },
      matters: false,
      lists: [
        { family: 4, routes: 2 },
        { family: 6, routes: 2 },
      ],
    });
  });

  it("and matter from the first call beyond EC2's burst", () => {
    expect(cheaperSwaps(site(networks(50)))?.matters).toBe(false);
    expect(cheaperSwaps(site(networks(51)))).toMatchObject({ matters: true, atLeastMs: { now: 200 } });
  });

  it.each<[string, readonly string[][]]>([
    ['one CIDR route in each table', [['10.2.0.0/20'], ['10.2.0.0/20']]],
    ['prefix lists already', [['pl-1', 'pl-2']]],
    ['one route of each family', [['10.2.0.0/20', '2001:db8::/56']]],
    ['no tables', []],
  ])('but not with %s', (_, tables) => {
    expect(cheaperSwaps(site(...tables))).toBeUndefined();
  });

  it('but not in a gateway route table, which accepts none', () => {
    const destinations = ['10.1.1.0/24', '10.1.2.0/24'];
    expect(cheaperSwaps({ routeTables: [{ id: 'rtb-1', destinations, edge: true }] })).toBeUndefined();
  });
});
