import type { FarEnd, Router, Site } from '#topology/topology.ts';
import type { Box, Point, Shape, Size } from './layout.ts';
import { shownTables } from './shown-tables.ts';
import { escaped, fitting, rect, round, text } from './svg-elements.ts';

/** All in pixels. */
const WIDTH = 350;
const FAR_END_WIDTH = 250;
const HEADER = 74;
const ROUTER = 58;
const BETWEEN = 26;
const LINE = 18;
const PAD = 16;
const NARROW_WIDTH = 344;
/** Routers stand side by side, with one fact a line. */
const NARROW_ROUTER = 112;

/** A site, or a router outside the sites, with the size of its box. */
export type SiteNode = Size & { readonly site: Site; readonly tables: readonly string[]; readonly shape: Shape };
export type FarEndNode = Size & { readonly farEnd: FarEnd };

export function siteNode(site: Site, shape: Shape): SiteNode {
  const tables = shownTables(site);
  const below = tables.length === 0 ? 0 : tables.length * LINE + 4;
  const width = shape === 'narrow' ? NARROW_WIDTH : WIDTH;
  return { site, tables, shape, width, height: HEADER + routersHeight(shape) + PAD + below };
}

function routersHeight(shape: Shape): number {
  return shape === 'narrow' ? NARROW_ROUTER : 2 * ROUTER + BETWEEN;
}

export function farEndNode(farEnd: FarEnd): FarEndNode {
  return { farEnd, width: FAR_END_WIDTH, height: 58 + farEnd.networks.length * LINE };
}

export function siteGroup(node: SiteNode & Point): string {
  const { site, tables, shape, ...box } = node;
  const { active, standby } = site.routers;
  const below = box.y + HEADER + routersHeight(shape) + 12;
  return [
    rect('site', box),
    text('name', box.x + PAD, box.y + 26, site.name),
    text(
      'small',
      box.x + PAD,
      box.y + 46,
      fitting(`${site.region} · AS ${site.asn} · VPC ${site.vpc.cidrs.join(', ')}`),
    ),
    text('small', box.x + PAD, box.y + 62, fitting(`announces ${site.frontSubnets.join(', ')}`)),
    ...pairLine(node),
    routerGroup(active, routerBox(node, 0), shape),
    routerGroup(standby, routerBox(node, 1), shape),
    ...tables.map((line, at) => text('small', box.x + PAD, below + LINE * (at + 0.6), fitting(line))),
  ].join('\n');
}

/** iBGP; there is room for its name in a wide drawing only. */
function pairLine({ x, y, width, shape }: SiteNode & Point): readonly string[] {
  const middle = x + width / 2;
  if (shape === 'narrow')
    return [
      `<path class="pair" d="M${round(middle - BETWEEN / 2)} ${round(y + HEADER + NARROW_ROUTER / 2)} h${BETWEEN}"/>`,
    ];
  const top = y + HEADER + ROUTER;
  return [
    `<path class="pair" d="M${round(middle)} ${round(top)} v${BETWEEN}"/>`,
    text('small', middle + 8, top + 17, 'iBGP of the pair'),
  ];
}

function routerGroup({ name, role, address, publicAddress, loopback }: Router, box: Box, shape: Shape): string {
  // A created router has a placeholder until it is deployed.
  const known = /^[\d.]+$/.test(publicAddress) ? [publicAddress] : [];
  if (shape === 'narrow')
    return [
      rect(role, box),
      text('name', box.x + 12, box.y + 23, name),
      ...[role, address, ...known, `lo ${loopback}`].map((line, at) =>
        text('small', box.x + 12, box.y + 43 + at * LINE, line),
      ),
    ].join('\n');
  return [
    rect(role, box),
    `<text x="${round(box.x + 12)}" y="${round(box.y + 23)}"><tspan class="name">${escaped(name)}</tspan>  ${role}</text>`,
    text('small', box.x + 12, box.y + 43, fitting([address, ...known, `lo ${loopback}`].join(' · '))),
  ].join('\n');
}

export function farEndGroup({ farEnd, ...box }: FarEndNode & Point): string {
  const { name, asn, publicAddress, networks } = farEnd;
  return [
    rect('far', box),
    text('name', box.x + PAD, box.y + 24, name),
    text('small', box.x + PAD, box.y + 44, `AS ${asn} · ${publicAddress}`),
    ...networks.map((network, nth) => text('small', box.x + PAD, box.y + 62 + LINE * nth, network)),
  ].join('\n');
}

export function routerBox({ x, y, width, shape }: SiteNode & Point, nth: 0 | 1): Box {
  if (shape === 'narrow') {
    const own = (width - 2 * PAD - BETWEEN) / 2;
    return { x: x + PAD + nth * (own + BETWEEN), y: y + HEADER, width: own, height: NARROW_ROUTER };
  }
  return { x: x + PAD, y: y + HEADER + nth * (ROUTER + BETWEEN), width: width - 2 * PAD, height: ROUTER };
}
