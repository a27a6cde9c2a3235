import { type Line, line } from '../line.ts';
import type { Link, RouterModel } from '../router-model.ts';
import { type Syntax, syntaxOf } from '../versions/syntax.ts';

/** The loopback, the tunnels and the link of the pair. Ethernet interfaces are configured by the image. */
export function interfaces({ vyos, loopback, links }: RouterModel): Line[] {
  const syntax = syntaxOf(vyos);
  return [line`interfaces loopback lo address ${loopback}`, ...links.flatMap((link) => linkLines(link, syntax))];
}

function linkLines({ interface: name, description, address, gre, mtu, mss }: Link, syntax: Syntax): Line[] {
  const root = gre === undefined ? line`interfaces vti ${name}` : line`interfaces tunnel ${name}`;
  return [
    ...(description === undefined ? [] : [line`${root} description ${description}`]),
    line`${root} address ${address}`,
    ...(gre === undefined
      ? []
      : [line`${root} ${syntax.gre.source} ${gre.source}`, line`${root} ${syntax.gre.remote} ${gre.remote}`]),
    line`${root} mtu ${mtu}`,
    ...(gre === undefined ? [] : [line`${root} encapsulation gre`]),
    ...(mss === undefined ? [] : [syntax.mss(root, name, mss)]),
  ];
}
