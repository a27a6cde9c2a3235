import { Done } from '#contracts/done.ts';
import type { SiteStatus } from '#contracts/site-status.ts';
import type { NextCommand } from '../output/next-command.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import type { UpgradeSite } from './read-site.ts';
import { report, type UpgradeContext } from './upgrade-context.ts';

/** The reason in the history. An interrupted upgrade recognizes its maintenance by it. */
const REASON = 'upgrade: its instance is being replaced';

/**
 * While an instance is removed, its router is in maintenance: from the answer on, no swap moves routes to it. Ctrl-C does not
 * interrupt the request.
 */
export async function setMaintenance(router: string, on: boolean, context: UpgradeContext): Promise<void> {
  const { where, by, cli } = context;
  const request = { action: 'maintenance', router, on, by, reason: REASON } as const;
  const { says } = await invokeSite(where, request, Done, { environment: cli.environment });
  report(context, says);
}

/** Ends the maintenance that an interrupted run left. @returns whether there was one */
export async function endOwnMaintenance(site: UpgradeSite, context: UpgradeContext): Promise<boolean> {
  const left = site.routers.filter(({ router }) => isInOwnMaintenance(site.status, router.name));
  for (const { router } of left) await setMaintenance(router.name, false, context);
  return left.length > 0;
}

export function isInOwnMaintenance(status: SiteStatus, router: string): boolean {
  return maintenanceOf(status, router)?.reason === REASON;
}

/** The maintenance of an operator, as a clause: an upgrade must not end it. */
export function operatorsMaintenance(status: SiteStatus, router: string, next: NextCommand): string[] {
  const found = maintenanceOf(status, router);
  if (found === undefined || found.reason === REASON) return [];
  return [
    `${router} is in maintenance (${found.by}: ${found.reason}): end it first (${next('maintenance', 'off', status.seen.site.name, router, '--reason', 'TEXT')})`,
  ];
}

function maintenanceOf({ seen }: SiteStatus, router: string) {
  const { active, standby } = seen.site.routers;
  const { eni } = active.name === router ? active : standby;
  return seen.stored.maintenance[eni];
}
