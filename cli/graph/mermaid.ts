import type { FarEnd, Router, Site, Topology } from '#topology/topology.ts';
import { shownTables } from './shown-tables.ts';

/**
 * A topology as a flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html), which GitHub, GitLab and many wikis draw.
 * Nodes have short ids of their own, because a router may be named like a word of the language (`end`).
 */
export function mermaidGraph({ sites, farEnds, tunnels }: Topology): string {
  const ids = new Map([...sites.flatMap(routersOf), ...farEnds].map(({ name }, at) => [name, `r${at}`]));
  const idOf = (name: string) => ids.get(name) ?? name;
  return [
    'flowchart LR',
    ...sites.flatMap((site, at) => siteLines(site, `s${at}`, idOf)),
    ...farEnds.map((farEnd) => `  ${idOf(farEnd.name)}(["${farEndLabel(farEnd)}"])`),
    ...tunnels.map(({ between: [from, to], network }) => `  ${idOf(from)} ---|"${network}"| ${idOf(to)}`),
    '',
  ].join('\n');
}

function siteLines(site: Site, id: string, idOf: (name: string) => string): readonly string[] {
  const { active, standby } = site.routers;
  const tables = shownTables(site);
  return [
    `  subgraph ${id} ["${site.name} · ${site.region} · AS ${site.asn} · ${site.vpc.cidrs.join(', ')}"]`,
    ...routersOf(site).map((router) => `    ${idOf(router.name)}["${routerLabel(router)}"]`),
    `    ${idOf(active.name)} -.-|"iBGP"| ${idOf(standby.name)}`,
    ...(tables.length === 0 ? [] : [`    ${id}t[("${tables.join('<br/>')}")] ==> ${idOf(active.name)}`]),
    '  end',
  ];
}

function routersOf({ routers: { active, standby } }: Site): readonly Router[] {
  return [active, standby];
}

function routerLabel({ name, role, address }: Router): string {
  return `${name}<br/>${role} · ${address}`;
}

function farEndLabel({ name, asn, publicAddress, networks }: FarEnd): string {
  return [name, `AS ${asn} · ${publicAddress}`, ...networks].join('<br/>');
}
