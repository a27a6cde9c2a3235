import { type Line, line } from '../line.ts';
import type { Bfd, RouterModel } from '../router-model.ts';
import { syntaxOf } from '../versions/syntax.ts';

/** With BFD profiles BGP creates the sessions; without them every peer is listed, and BGP refers to it. */
export function bfd({ vyos, bfd: model }: RouterModel): Line[] {
  if (model === undefined) return [];
  if (syntaxOf(vyos).bfdProfiles) return interval(line`protocols bfd profile ${model.profile}`, model);
  return model.peers.flatMap((peer) => interval(line`protocols bfd peer ${peer}`, model));
}

function interval(root: Line, { intervalMs, multiplier }: Bfd): Line[] {
  return [
    line`${root} interval transmit ${intervalMs}`,
    line`${root} interval receive ${intervalMs}`,
    line`${root} interval multiplier ${multiplier}`,
  ];
}
