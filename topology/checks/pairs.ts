import type { Draft, DraftRouter, DraftSite } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { isCreated } from './creation.ts';

const mostSites = 100;

/** At least two sites, or one with a far end; in each exactly one active and one standby router, with the ids that a swap needs. */
export function checkPairs(draft: Draft): Fault[] {
  if (draft.sites === undefined) return [];
  return [
    ...numberOfSites(draft.sites, draft.farEnds.length),
    ...draft.sites.flatMap((site) => [...pairSize(site), ...roles(site), ...ids(site)]),
  ];
}

function numberOfSites(sites: readonly DraftSite[], farEnds: number): Fault[] {
  const enough = sites.length > 0 && sites.length + farEnds >= 2;
  if (enough && sites.length <= mostSites) return [];
  const [fault, hint] =
    sites.length > mostSites
      ? [
          `there are ${sites.length} sites`,
          `a topology has at most ${mostSites} sites, because tunnels join every two of them`,
        ]
      : [
          sites.length === 0 ? 'there are no sites' : 'there is only one site',
          'a topology joins two or more sites, or one site and farEnds',
        ];
  return [{ kind: 'count', path: ['sites'], at: 'key', fault, hint }];
}

function pairSize({ name, routers }: DraftSite): Fault[] {
  if (routers === undefined || routers.length === 2) return [];
  return [
    {
      kind: 'count',
      path: [...name.path, 'routers'],
      at: 'key',
      fault: `${name.value} has ${routers.length} ${routers.length === 1 ? 'router' : 'routers'}`,
      hint: 'a site has exactly two routers: one active, one standby',
    },
  ];
}

/** Only for a complete pair: of three routers two always share a role, which is not a second mistake. */
function roles({ name, routers = [] }: DraftSite): Fault[] {
  const [first, second] = routers;
  if (routers.length !== 2 || first?.role === undefined || first.role.value !== second?.role?.value) return [];
  const { value: role } = first.role;
  return [
    {
      kind: 'contradiction',
      path: second.role.path,
      fault: `${name.value} has two ${role} routers: ${first.name.value} (line ${first.role.line}) and ${second.name.value}`,
      hint: `make one of them ${role === 'active' ? 'standby' : 'active'}`,
    },
  ];
}

function ids(site: DraftSite): Fault[] {
  const { routers = [], vpc } = site;
  if (!vpc.known) return [];
  return routers.flatMap((router) =>
    isCreated(router, site)
      ? []
      : [...missingId(router, 'instance'), ...missingId(router, 'eni'), ...missingAddress(router)],
  );
}

function missingId(router: DraftRouter, key: 'instance' | 'eni'): Fault[] {
  if (router[key] !== undefined) return [];
  const what = key === 'eni' ? 'network interface (eni-…)' : 'instance (i-…)';
  const other = key === 'eni' ? router.instance : router.eni;
  const instead =
    other === undefined
      ? 'or subnetId, and neither instance nor eni, if the router is to be created'
      : `or remove ${other.path.at(-1)} too and write subnetId, if the router is to be created`;
  return [
    {
      kind: 'missing-key',
      path: [...router.name.path, key],
      fault: `${key} is missing`,
      hint: `write the id of the router’s ${what}, ${instead}`,
    },
  ];
}

/** A created router's Elastic IP is created as well. */
function missingAddress({ name, publicAddress }: DraftRouter): Fault[] {
  if (publicAddress !== undefined) return [];
  return [
    {
      kind: 'missing-key',
      path: [...name.path, 'publicAddress'],
      fault: 'publicAddress is missing',
      hint: 'write the Elastic IP of the router’s interface, for example 203.0.113.10',
    },
  ];
}
