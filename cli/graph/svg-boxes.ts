import type { FarEnd, Router, Site } from '#topology/topology.ts';
import type { Box, Point, Size } from './layout.ts';
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

/** A site, or a router outside the sites, with the size of its box. */
export type SiteNode = Size & { readonly site: Site; readonly tables: readonly string[] };
export type FarEndNode = Size & { readonly farEnd: FarEnd };

export function siteNode(site: Site): SiteNode {
  const tables = shownTables(site);
  const below = tables.length === 0 ? 0 : tables.length * LINE + 4;
  return { site, tables, width: WIDTH, height: HEADER + 2 * ROUTER + BETWEEN + PAD + below };
}

export function farEndNode(farEnd: FarEnd): FarEndNode {
  return { farEnd, width: FAR_END_WIDTH, height: 58 + farEnd.networks.length * LINE };
}

export function siteGroup({ site, tables, ...box }: SiteNode & Point): string {
  const { active, standby } = site.routers;
  const below = box.y + HEADER + 2 * ROUTER + BETWEEN + 12;
  const middle = box.x + box.width / 2;
  const pairTop = box.y + HEADER + ROUTER;
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
    `<path class="pair" d="M${round(middle)} ${round(pairTop)} v${BETWEEN}"/>`,
    text('small', middle + 8, pairTop + 17, 'iBGP of the pair'),
    routerGroup(active, routerBox(box, 0)),
    routerGroup(standby, routerBox(box, 1)),
    ...tables.map((line, at) => text('small', box.x + PAD, below + LINE * (at + 0.6), fitting(line))),
  ].join('\n');
}

function routerGroup({ name, role, address, publicAddress, loopback }: Router, box: Box): string {
  // A created router has a placeholder until it is deployed.
  const known = /^[\d.]+$/.test(publicAddress) ? [publicAddress] : [];
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

export function routerBox({ x, y, width }: Box, nth: 0 | 1): Box {
  return { x: x + PAD, y: y + HEADER + nth * (ROUTER + BETWEEN), width: width - 2 * PAD, height: ROUTER };
}
