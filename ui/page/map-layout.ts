import type { PageState, SiteState, TunnelState } from '../contract.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where everything of the map is, in units of its viewBox. */
interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly sites: readonly SiteBox[];
  readonly farEnds: readonly { readonly name: string; readonly box: Box }[];
  readonly tunnels: readonly { readonly tunnel: TunnelState; readonly path: string; readonly middle: Point }[];
}

export interface SiteBox {
  readonly site: SiteState;
  readonly box: Box;
  /** The hosts of the VPC. */
  readonly hosts: Box;
  readonly routers: readonly { readonly name: string; readonly box: Box; readonly toHosts: string }[];
}

/** `narrow`: for a telephone. */
export type Shape = 'wide' | 'narrow';

type Shown = Pick<PageState, 'sites' | 'farEnds' | 'tunnels'>;

/**
 * Wide: sites alternate between a left and a right column, with the tunnels between the columns. Narrow: one site below the other. Far
 * ends follow the sites.
 */
export function layOut(state: Shown, shape: Shape): MapLayout {
  const place = shape === 'wide' ? wide : narrow;
  const groups = [...state.sites, ...state.farEnds].map((group, index) => ({ group, ...place(index) }));
  const sites = groups.flatMap(({ group, box, side }) =>
    typeof group === 'string' ? [] : siteBox(group, box, shape, side),
  );
  const farEnds = groups.flatMap(({ group, box, side }) =>
    typeof group === 'string' ? { name: group, box: inner(box, 0, 1, shape, side) } : [],
  );
  const ends = new Map([
    ...sites.flatMap(({ routers }) => routers.map(({ name, box }) => [name, box] as const)),
    ...farEnds.map(({ name, box }) => [name, box] as const),
  ]);
  return {
    width: shape === 'wide' ? 960 : 380,
    height: Math.max(0, ...groups.map(({ box }) => box.y + box.height)) + MARGIN,
    sites,
    farEnds,
    tunnels: state.tunnels.flatMap((tunnel) => tunnelPath(tunnel, ends, shape)),
  };
}

const MARGIN = 8;
const WIDE = { width: 330, height: 184, gap: 24, right: 622 };
const NARROW = { width: 364, height: 190, gap: 64 };
const ROUTER = { width: 150, height: 56 };

/** First: left or above, its routers turned to the others. */
type Side = 'first' | 'second';

function wide(index: number): { box: Box; side: Side } {
  const side = index % 2 === 0 ? 'first' : 'second';
  const y = MARGIN + Math.floor(index / 2) * (WIDE.height + WIDE.gap);
  return { side, box: { x: side === 'first' ? MARGIN : WIDE.right, y, width: WIDE.width, height: WIDE.height } };
}

function narrow(index: number): { box: Box; side: Side } {
  const y = MARGIN + index * (NARROW.height + NARROW.gap);
  return {
    side: index % 2 === 0 ? 'first' : 'second',
    box: { x: MARGIN, y, width: NARROW.width, height: NARROW.height },
  };
}

function siteBox(site: SiteState, box: Box, shape: Shape, side: Side): SiteBox {
  const hosts = hostsIn(box, shape, side);
  const routers = site.routers.map(({ name }, index) => {
    const router = inner(box, index, site.routers.length, shape, side);
    return { name, box: router, toHosts: curve(centre(hosts), centre(router), shape) };
  });
  return { site, box, hosts, routers };
}

/** Hosts are at the outer edge of a site. */
function hostsIn({ x, y, width, height }: Box, shape: Shape, side: Side): Box {
  const size = { width: 84, height: 40 };
  if (shape === 'wide')
    return {
      ...size,
      x: side === 'first' ? x + 16 : x + width - 16 - size.width,
      y: y + 34 + (height - 34 - size.height) / 2,
    };
  return { ...size, x: x + (width - size.width) / 2, y: side === 'first' ? y + 42 : y + height - 12 - size.height };
}

/** Routers are at the inner edge, where the tunnels begin. */
function inner({ x, y, width, height }: Box, index: number, of: number, shape: Shape, side: Side): Box {
  if (shape === 'wide') {
    const space = (height - 34) / of;
    return {
      ...ROUTER,
      x: side === 'first' ? x + width - 14 - ROUTER.width : x + 14,
      y: y + 34 + index * space + (space - ROUTER.height) / 2,
    };
  }
  const space = width / of;
  return {
    ...ROUTER,
    x: x + index * space + (space - ROUTER.width) / 2,
    y: side === 'first' ? y + height - 14 - ROUTER.height : y + 40,
  };
}

function tunnelPath(tunnel: TunnelState, ends: ReadonlyMap<string, Box>, shape: Shape) {
  const [one, other] = tunnel.between.map((name) => ends.get(name));
  if (one === undefined || other === undefined) return [];
  const [from, to] = [edge(one, other, shape), edge(other, one, shape)];
  return { tunnel, path: curve(from, to, shape), middle: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 } };
}

/** The middle of the edge that a tunnel leaves a router at. */
function edge(box: Box, towards: Box, shape: Shape): Point {
  const { x, y } = centre(box);
  const there = centre(towards);
  if (shape === 'wide') return { x: there.x >= x ? box.x + box.width : box.x, y };
  return { x, y: there.y >= y ? box.y + box.height : box.y };
}

function curve(from: Point, to: Point, shape: Shape): string {
  const [halfX, halfY] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  return shape === 'wide'
    ? `M${from.x},${from.y} C${halfX},${from.y} ${halfX},${to.y} ${to.x},${to.y}`
    : `M${from.x},${from.y} C${from.x},${halfY} ${to.x},${halfY} ${to.x},${to.y}`;
}

function centre({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
