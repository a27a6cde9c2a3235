import { type Line, line } from '../line.ts';
import type { RouterModel, VrrpGroup } from '../router-model.ts';
import { syntaxOf } from '../versions/syntax.ts';

/** VyOS refuses scripts that do not exist, so the bundle is installed before the configuration. */
export function vrrp({ vyos, vrrp: groups }: RouterModel): Line[] {
  const { vrrpAddress } = syntaxOf(vyos);
  if (vrrpAddress === undefined) return [];
  return groups.flatMap((group) => groupLines(group, vrrpAddress));
}

function groupLines(group: VrrpGroup, addressNode: string): Line[] {
  const root = line`high-availability vrrp group ${group.name}`;
  const script = group.transitionScript;
  return [
    line`${root} interface ${group.interface}`,
    line`${root} vrid ${group.id}`,
    line`${root} priority ${group.priority}`,
    line`${root} hello-source-address ${group.source}`,
    line`${root} peer-address ${group.peer}`,
    line`${root} ${addressNode} ${group.virtualAddress}`,
    ...(script === undefined
      ? []
      : ['backup', 'master'].map((state) => line`${root} transition-script ${state} ${`${script} ${state}`}`)),
  ];
}
