import { Argument } from 'commander';
import type { SiteStatus } from '#contracts/site-status.ts';
import { LAST_FIT, lastFitObstacle } from '#failover/last-fit.ts';
import { routerNamed } from '#failover/site.ts';
import { type AddCommand, examples } from '../cli.ts';
import { type ActionOptions, actionOptions, overrideOption, siteArgument } from '../options.ts';
import type { NextCommand } from '../output/next-command.ts';
import { requireRouter, requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { observationOf } from '../views/observation-of.ts';
import type { SiteView } from '../views/site-view.ts';
import { changeSetting } from './shared/change-setting.ts';

interface MaintenanceOptions extends ActionOptions {
  readonly override?: readonly (typeof LAST_FIT)[];
}

/** `maintenance on|off SITE ROUTER`: a router in maintenance never receives the routes. */
export const maintenance: AddCommand = (program, cli) => {
  const command = program
    .command('maintenance')
    .helpGroup('Operate:')
    .summary('put a router into maintenance, or end it')
    .description(
      'Put a router into maintenance, or end its maintenance. A router in maintenance never receives the routes. Moves no routes.',
    )
    .addArgument(new Argument('<STATE>', 'on: begin maintenance; off: end it').choices(['on', 'off']))
    .argument(...siteArgument)
    .argument('<ROUTER>', 'name of the router')
    .action(
      cli.action(async (state: 'on' | 'off', name: string, router: string, options: MaintenanceOptions) => {
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const site = requireSite(topology, name);
        requireRouter(site, router);
        const { reason, by = cli.environment.user, override = [] } = options;
        const on = state === 'on';
        return changeSetting(
          { topology, site },
          {
            action: 'maintenance',
            request: {
              action: 'maintenance',
              router,
              on,
              by,
              reason,
              ...(override.length > 0 && { overrides: [...override] }),
            },
            would: on
              ? `Put ${router} into maintenance (${by}: ${reason})`
              : `End the maintenance of ${router} (${by}: ${reason})`,
            already: (seen) =>
              !on && maintenanceOf(seen, router) === null ? `${router} is not in maintenance.` : undefined,
            refuse: (status) => (on && !override.includes(LAST_FIT) ? lastFit(status, router) : undefined),
            warn: (seen) => (on ? warning(seen, router, cli.environment.nextCommand) : undefined),
          },
          options,
          cli,
        );
      }),
    );
  actionOptions(command).addOption(
    overrideOption([LAST_FIT], 'put the only fit router into maintenance, recorded in the history'),
  );
  examples(command, [
    'vyos-failover maintenance on tokyo tokyo-2 --reason "new image"',
    'vyos-failover maintenance on tokyo tokyo-1 --reason "both routers are broken" --override last-fit',
    'vyos-failover maintenance off tokyo tokyo-2 --reason "new image is up"',
  ]);
};

function maintenanceOf({ routers }: SiteView, router: string) {
  return routers.find(({ name }) => name === router)?.maintenance ?? null;
}

function lastFit(status: SiteStatus, router: string): string | undefined {
  const managed = routerNamed(status.seen.site, router);
  return managed === undefined ? undefined : lastFitObstacle(observationOf(status), managed);
}

/** Maintenance moves no routes: stopping the owner without a switchover causes an outage. */
function warning({ name, routers, owner }: SiteView, router: string, next: NextCommand): string | undefined {
  const peer = routers.find((each) => each.name !== router);
  if (owner === router) {
    const keeps = `${router} is the owner and keeps the routes`;
    return peer?.fit === true
      ? `${keeps}. Before you stop it, run ${next('switchover', name, '--to', peer.name, '--reason', 'TEXT')}`
      : `${keeps}. Do not stop it: ${peer?.name ?? 'the other router'} is not fit to take them`;
  }
  const other = routers.find((each) => each.name === owner);
  return other === undefined || other.fit
    ? `while ${router} is in maintenance, ${name} cannot fail over`
    : `no router of ${name} can take the routes then: ${other.name} has them and is not fit`;
}
