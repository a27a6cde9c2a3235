/** The steps that remain of an upgrade, from what is deployed now. Pure. */
import type { SiteStatus } from '#contracts/site-status.ts';
import type { Router } from '#topology/topology.ts';
import { routersOf } from '../require-name.ts';
import type { UpgradeSite } from './read-site.ts';
import type { UpgradeContext } from './upgrade-context.ts';
import { type RouterStack, upgradeState } from './upgrade-state.ts';

/** `launch`: the router has no instance: an earlier run has removed it, or it was terminated. `move`: a switchover to `router`. */
type UpgradeStep =
  | { readonly kind: 'launch' | 'replace'; readonly of: RouterStack }
  | { readonly kind: 'move'; readonly router: Router };

/** Which instances are to be replaced: those that are not current, and with --replace the named one. */
type Selection = Pick<UpgradeContext, 'where' | 'only' | 'replace'>;

/** Removed ones first, then the router that is not the owner, then a switchover to it, and the former owner. */
export function stepsOf(
  { routers, status: { owner } }: Pick<UpgradeSite, 'routers'> & { readonly status: Pick<SiteStatus, 'owner'> },
  { where, only, replace }: Selection,
): UpgradeStep[] {
  const removed = routers.filter((each) => upgradeState(each) === 'removed');
  const outdated = routers.filter(
    (each) =>
      (only === undefined || each.router.name === only) &&
      (upgradeState(each) === 'outdated' || (replace && upgradeState(each) === 'current')),
  );
  const isOwner = ({ router }: RouterStack) => router.name === owner;
  const ownedLast = [...outdated.filter((each) => !isOwner(each)), ...outdated.filter(isOwner)];
  return [
    ...removed.map((of) => ({ kind: 'launch', of }) as const),
    ...ownedLast.flatMap((of): UpgradeStep[] => {
      const replacing = { kind: 'replace', of } as const;
      if (!isOwner(of)) return [replacing];
      const peer = routersOf(where.site).find(({ name }) => name !== owner);
      return peer === undefined ? [] : [{ kind: 'move', router: peer }, replacing];
    }),
  ];
}

/** `replace the instance of tokyo-2` */
export function stepText(step: UpgradeStep): string {
  if (step.kind === 'move') return `switchover to ${step.router.name}`;
  const { name } = step.of.router;
  return step.kind === 'launch' ? `launch the missing instance of ${name}` : `replace the instance of ${name}`;
}
