/** The edits of one site that both topologies have. Both are under the names of the later one. */
import type { ManagedTable } from '../topology.ts';
import type { Edit } from './edit.ts';
import { type EditedRouter, type EditedSite, pairOf } from './matches.ts';
import { orderEdits, valueEdits } from './value-edits.ts';

export function siteEdits(before: EditedSite, after: EditedSite): Edit[] {
  const site = after.name;
  const place = { of: 'site', site } as const;
  return [
    ...(before.region === after.region
      ? []
      : [{ kind: 'region-changed', site, from: before.region, to: after.region } as const]),
    ...roleEdits(before, after),
    ...pairOf(after).flatMap((router) => routerEdits(site, namedIn(before, router.name), router)),
    ...memberEdits(before.frontSubnets, after.frontSubnets, (is, subnet) => ({
      kind: `front-subnet-${is}`,
      site,
      subnet,
    })),
    ...orderEdits(place, 'frontSubnets', before.frontSubnets, after.frontSubnets),
    ...tableEdits(before, after),
    ...valueEdits(place, { ...before }, { ...after }, ['name', 'region', 'routers', 'frontSubnets', 'routeTables']),
  ];
}

function roleEdits(before: EditedSite, { name: site, routers }: EditedSite): Edit[] {
  const is = before.routers.active.name === routers.active.name;
  return is ? [] : [{ kind: 'roles-swapped', site, active: routers.active.name }];
}

function routerEdits(site: string, before: EditedRouter | undefined, after: EditedRouter): Edit[] {
  const router = after.name;
  if (before === undefined) return [];
  const isCreated = isToBeCreated(after);
  if (isToBeCreated(before) !== isCreated) return [{ kind: 'creation-changed', site, router, created: isCreated }];
  return [
    ...(before.eni === after.eni || before.eni === undefined || after.eni === undefined
      ? []
      : [{ kind: 'interface-replaced', site, router, from: before.eni, to: after.eni } as const]),
    ...(before.instance === after.instance
      ? []
      : [
          {
            kind: 'instance-replaced',
            site,
            router,
            from: before.instance ?? null,
            to: after.instance ?? null,
          } as const,
        ]),
    ...valueEdits({ of: 'router', site, router }, { ...before }, { ...after }, COMPARED_ABOVE),
  ];
}

/** Only a router that exists has an instance in the file. */
function isToBeCreated({ instance }: EditedRouter): boolean {
  return instance === undefined;
}

const COMPARED_ABOVE = ['name', 'site', 'role', 'eni', 'instance'];

function tableEdits(before: EditedSite, after: EditedSite): Edit[] {
  const site = after.name;
  const [earlier, later] = [before.routeTables ?? [], after.routeTables ?? []];
  const ids = (tables: readonly ManagedTable[]) => tables.map(({ id }) => id);
  return [
    ...memberEdits(ids(earlier), ids(later), (is, table) => ({
      kind: `table-${is}`,
      site,
      table,
    })),
    ...orderEdits({ of: 'site', site }, 'routeTables', ids(earlier), ids(later)),
    ...later.flatMap((now) => {
      const then = earlier.find(({ id }) => id === now.id);
      const table = now.id;
      if (then === undefined) return [];
      return [
        ...memberEdits(then.destinations, now.destinations, (is, destination) => ({
          kind: `destination-${is}`,
          site,
          table,
          destination,
        })),
        ...orderEdits({ of: 'table', site, table }, 'destinations', then.destinations, now.destinations),
        ...valueEdits({ of: 'table', site, table }, { ...then }, { ...now }, ['id', 'destinations']),
      ];
    }),
  ];
}

/** One edit for each member that only one of two lists has. */
export function memberEdits(
  before: readonly string[],
  after: readonly string[],
  edit: (is: 'added' | 'removed', name: string) => Edit,
): Edit[] {
  return [
    ...before.filter((name) => !after.includes(name)).map((name) => edit('removed', name)),
    ...after.filter((name) => !before.includes(name)).map((name) => edit('added', name)),
  ];
}

function namedIn(site: EditedSite, name: string): EditedRouter | undefined {
  return pairOf(site).find((router) => router.name === name);
}
