import type { Draft, DraftRouter, DraftSite } from '../draft.ts';
import type { Fault } from '../mistakes.ts';

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

function ids({ routers = [], vpc }: DraftSite): Fault[] {
  return vpc.create || !vpc.known
    ? []
    : routers.flatMap((router) => [...missingId(router, 'instance'), ...missingId(router, 'eni')]);
}

function missingId(router: DraftRouter, key: 'instance' | 'eni'): Fault[] {
  if (router[key] !== undefined) return [];
  const what = key === 'eni' ? 'network interface (eni-…)' : 'instance (i-…)';
  return [
    {
      kind: 'missing-key',
      path: [...router.name.path, key],
      fault: `${key} is missing`,
      hint: `write the id of the router’s ${what}; it can be omitted only with create: true in vpc`,
    },
  ];
}
