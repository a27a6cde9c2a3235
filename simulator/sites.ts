import type { ManagedRouter } from '#failover/site.ts';

export const SITES = ['tokyo', 'virginia'] as const;
export type SiteName = (typeof SITES)[number];

/** `a`, `b`: active and standby of the near site; `A`, `B`: of the far one. */
export const ROUTER_KEYS = ['a', 'b', 'A', 'B'] as const;
export type RouterKey = (typeof ROUTER_KEYS)[number];

export interface SimulatedRouter extends ManagedRouter {
  readonly key: RouterKey;
  readonly site: SiteName;
  readonly peer: RouterKey;
  /** The router at the other end of its only tunnel. */
  readonly farEnd: RouterKey;
  /** `i-…` that its interface is attached to in the beginning, whatever the topology says. */
  readonly instance: string;
  readonly instanceRole: string;
}

export const ROUTERS: Readonly<Record<RouterKey, SimulatedRouter>> = {
  a: router('a', 'tokyo', 1, 'b', 'A', { tunnels: ['169.254.10.2'], pair: ['169.254.254.2'] }),
  b: router('b', 'tokyo', 2, 'a', 'B', { tunnels: ['169.254.10.6'], pair: ['169.254.254.1'] }),
  A: router('A', 'virginia', 1, 'B', 'a', { tunnels: ['169.254.10.1'], pair: ['169.254.254.6'] }),
  B: router('B', 'virginia', 2, 'A', 'b', { tunnels: ['169.254.10.5'], pair: ['169.254.254.5'] }),
};

function router(
  key: RouterKey,
  site: SiteName,
  number: 1 | 2,
  peer: RouterKey,
  farEnd: RouterKey,
  bgp: ManagedRouter['bgp'],
): SimulatedRouter {
  const letter = site === 'tokyo' ? 'a' : 'b';
  return {
    key,
    site,
    peer,
    farEnd,
    name: `${site}-${number}`,
    role: number === 1 ? 'active' : 'standby',
    instance: `i-000000000000000${number}${letter}`,
    eni: `eni-000000000000000${number}${letter}`,
    instanceRole: `${site}-router`,
    bgp,
  };
}

/** The pair of a site, the topology's preference first. */
export const PAIRS: Readonly<Record<SiteName, readonly [SimulatedRouter, SimulatedRouter]>> = {
  tokyo: [ROUTERS.a, ROUTERS.b],
  virginia: [ROUTERS.A, ROUTERS.B],
};
export const otherSite = (site: SiteName): SiteName => (site === 'tokyo' ? 'virginia' : 'tokyo');
export const routerCalled = (name: string | undefined): SimulatedRouter | undefined =>
  ROUTER_KEYS.map((key) => ROUTERS[key]).find((each) => each.name === name);
export const routerAt = (eni: string | undefined): SimulatedRouter | undefined =>
  ROUTER_KEYS.map((key) => ROUTERS[key]).find((each) => each.eni === eni);

export const REGIONS: Readonly<Record<SiteName, string>> = { tokyo: 'ap-northeast-1', virginia: 'us-east-1' };
export const ACCOUNT = '123456789012';
/** A foreign instance in each Region, for an interface that is attached elsewhere. */
export const OTHER_INSTANCE = 'i-0000000000000009f';
