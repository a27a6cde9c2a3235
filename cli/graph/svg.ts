import type { Topology, Tunnel } from '#topology/topology.ts';
import { arrange, type Box, type Point, type Shape } from './layout.ts';
import {
  type FarEndNode,
  farEndGroup,
  farEndNode,
  routerBox,
  type SiteNode,
  siteGroup,
  siteNode,
} from './svg-boxes.ts';
import { escaped, label, round, xy } from './svg-elements.ts';
import { STYLE } from './svg-style.ts';

/** With more tunnels, their networks are shown on hover only. */
const LABELED_TUNNELS = 24;

/**
 * A topology as one SVG document, in the colours of the viewer's light or dark scheme. It needs no network.
 *
 * @param wanted more than two sites and far ends are always drawn wide
 */
export function svgGraph(topology: Topology, wanted: Shape = 'wide'): string {
  const { name, sites, farEnds } = topology;
  const shape = sites.length + farEnds.length > 2 ? 'wide' : wanted;
  const nodes = [...sites.map((site) => siteNode(site, shape)), ...farEnds.map(farEndNode)];
  const { placed, size } = arrange<SiteNode | FarEndNode>(nodes, shape);
  const width = round(size.width);
  const height = round(size.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">Topology ${escaped(name)}</title>`,
    `<desc id="desc">${escaped(description(topology))}</desc>`,
    `<style>${STYLE}</style>`,
    '<rect class="page" width="100%" height="100%"/>',
    ...tunnelLines(topology.tunnels, placed),
    ...placed.map((node) => ('site' in node ? siteGroup(node) : farEndGroup(node))),
    '</svg>',
    '',
  ].join('\n');
}

/** They are drawn first: the boxes cover their ends. */
function tunnelLines(tunnels: readonly Tunnel[], placed: readonly (Point & (SiteNode | FarEndNode))[]) {
  const centers = new Map(placed.flatMap(centersIn));
  // Lines between more than two boxes may cross in the middle.
  const labelAt = placed.length === 2 ? 0.5 : 0.38;
  const between = middleBetween(placed);
  const lines = tunnels.map(({ between: [from, to], network }) => {
    const [a = ORIGIN, b = ORIGIN] = [centers.get(from), centers.get(to)];
    return {
      path: `<g><title>${escaped(`${from} – ${to}: ${network}`)}</title><path class="tunnel" d="M${xy(a)} L${xy(b)}"/></g>`,
      label: label(pointBetween(a, b, between === undefined ? labelAt : (between - a.y) / (b.y - a.y)), network),
    };
  });
  return [...lines.map(({ path }) => path), ...(lines.length > LABELED_TUNNELS ? [] : lines.map((line) => line.label))];
}

/** The height between two boxes of which one is below the other. Undefined: there are no such boxes. */
function middleBetween([upper, lower, ...others]: readonly Box[]): number | undefined {
  if (upper === undefined || lower === undefined || others.length > 0) return undefined;
  const bottom = upper.y + upper.height;
  return lower.y > bottom ? (bottom + lower.y) / 2 : undefined;
}

const ORIGIN: Point = { x: 0, y: 0 };

/** Where the tunnels of its routers end. */
function centersIn(node: Point & (SiteNode | FarEndNode)): readonly (readonly [string, Point])[] {
  if (!('site' in node)) return [[node.farEnd.name, centerOf(node)]];
  const { active, standby } = node.site.routers;
  return [
    [active.name, centerOf(routerBox(node, 0))],
    [standby.name, centerOf(routerBox(node, 1))],
  ];
}

function centerOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

function pointBetween(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

/** For readers that do not see the drawing. */
function description({ sites, tunnels }: Topology): string {
  const pairs = sites.map(
    ({ name, region, routers: { active, standby } }) =>
      `Site ${name} in ${region} has ${active.name} (active) and ${standby.name} (standby).`,
  );
  return [...pairs, `Tunnels: ${tunnels.map(({ between: [from, to] }) => `${from} to ${to}`).join(', ')}.`].join(' ');
}
