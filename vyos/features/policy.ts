import { RULE_STEP } from '#topology/vyos-limits.ts';
import { type Line, line } from '../line.ts';
import type { PrefixList, RouteMap, RouterModel } from '../router-model.ts';

export function policy({ prefixLists, routeMaps }: RouterModel): Line[] {
  return [...prefixLists.flatMap(prefixList), ...routeMaps.flatMap(routeMap)];
}

function prefixList({ name, prefixes }: PrefixList): Line[] {
  return prefixes.flatMap((prefix, index) => {
    const rule = line`policy prefix-list ${name} rule ${RULE_STEP * (index + 1)}`;
    return [line`${rule} action permit`, line`${rule} prefix ${prefix}`];
  });
}

function routeMap({ name, rules }: RouteMap): Line[] {
  return rules.flatMap(({ number, prefixList: list, metric }) => {
    const rule = line`policy route-map ${name} rule ${number}`;
    return [
      line`${rule} action permit`,
      line`${rule} match ip address prefix-list ${list}`,
      ...(metric === undefined ? [] : [line`${rule} set metric ${metric}`]),
    ];
  });
}
