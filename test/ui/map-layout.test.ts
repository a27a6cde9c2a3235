import { describe, expect, test } from 'vitest';
import { type Box, layOut } from '#ui/page/map-layout.ts';
import { pageOf, siteOf } from './page-state.ts';

const names = ['tokyo', 'virginia', 'dublin', 'sydney', 'oregon'];

describe.each(['wide', 'narrow'] as const)('the %s map', (shape) => {
  test.each([1, 2, 3, 5])(
    'of %s sites and a far end shows everything once, inside, and nothing over another thing',
    (count) => {
      const sites = names.slice(0, count).map((name) => siteOf(name));
      const layout = layOut({ ...pageOf(), sites, farEnds: ['office'] }, shape);
      const inside = layout.sites.flatMap(({ hosts, routers }) => [hosts, ...routers.map(({ box }) => box)]);
      expect(inside).toHaveLength(3 * count);
      for (const boxes of [inside, [...layout.sites, ...layout.farEnds].map(({ box }) => box)]) {
        expect(boxes.filter((one, index) => boxes.slice(index + 1).some((other) => overlap(one, other)))).toEqual([]);
        expect(boxes.filter((box) => !within(box, layout.width, layout.height))).toEqual([]);
      }
    },
  );

  test('draws no tunnel to a router that it does not show', () => {
    const tunnel = { between: ['tokyo-1', 'nowhere'], state: 'up', says: '' } as const;
    expect(layOut({ ...pageOf(), tunnels: [tunnel] }, shape).tunnels).toEqual([]);
    expect(layOut(pageOf(), shape).tunnels).toHaveLength(2);
  });
});

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function within(box: Box, width: number, height: number): boolean {
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
}
