import type { Draft, DraftRouter, DraftSite } from '../draft.ts';
import { nameFault, routerNameFault, type ValueFault } from '../fields.ts';
import type { Fault } from '../mistakes.ts';
import { show } from '../mistakes.ts';
import { duplicates } from './duplicates.ts';

/** Names become host names, VyOS peer names and parts of parameter names; a router's is used across sites. */
export function checkNames(draft: Draft): Fault[] {
  const sites = draft.sites ?? [];
  const routers = sites.flatMap((site) => site.routers ?? []);
  return [
    ...sites.flatMap(({ name }) => badName(name, nameFault('site', name.value))),
    ...routers.flatMap(({ name }) => badName(name, routerNameFault(name.value))),
    ...sharedNames(routers),
    ...sites.flatMap(sameOutput),
  ];
}

function badName({ path }: DraftRouter['name'], fault: ValueFault | undefined): Fault[] {
  return fault === undefined ? [] : [{ kind: 'wrong-value', path, at: 'key', ...fault }];
}

function sharedNames(routers: readonly DraftRouter[]): Fault[] {
  return duplicates(
    routers.map(({ name }) => name),
    (name) => name,
  ).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    at: 'key',
    fault: `${show(again.value)} is the name of a router in ${String(first.path[1])} too (line ${first.line})`,
    hint: 'tunnels and commands refer to routers by name: names must be unique over all sites',
  }));
}

/**
 * The routers' resources and outputs are in one stack, whose names have no hyphens: `tokyo-1` becomes `Tokyo1` (`outputName` in
 * `infra/names.ts`; a test compares them).
 */
function sameOutput({ routers = [] }: DraftSite): Fault[] {
  const [first, second] = routers.map(({ name }) => name);
  if (first === undefined || second === undefined || first.value === second.value) return [];
  const withoutHyphens = (name: string) => name.replaceAll(/-(?=\d)/g, '');
  if (withoutHyphens(first.value) !== withoutHyphens(second.value)) return [];
  return [
    {
      kind: 'contradiction',
      path: second.path,
      at: 'key',
      fault: `${show(second.value)} and ${show(first.value)} (line ${first.line}) differ only by a hyphen in front of a digit`,
      hint: 'names in CloudFormation have no hyphens, so both would have the same: give one of them another name',
    },
  ];
}
