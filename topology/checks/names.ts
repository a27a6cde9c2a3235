import type { Draft, DraftRouter } from '../draft.ts';
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
