import { Argument } from 'commander';
import { type AddCommand, examples } from '../cli.ts';
import { type ActionOptions, actionOptions, siteArgument } from '../options.ts';
import { requireRouter, requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import type { SiteView } from '../views/site-view.ts';
import { changeSetting } from './shared/change-setting.ts';

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
      cli.action(async (state: 'on' | 'off', name: string, router: string, options: ActionOptions) => {
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const site = requireSite(topology, name);
        requireRouter(site, router);
        const { reason, by = cli.environment.user } = options;
        const on = state === 'on';
        return changeSetting(
          { topology, site },
          {
            action: 'maintenance',
            request: { action: 'maintenance', router, on, by, reason },
            would: on
              ? `Put ${router} into maintenance (${by}: ${reason})`
              : `End the maintenance of ${router} (${by}: ${reason})`,
            already: (seen) =>
              !on && maintenanceOf(seen, router) === null ? `${router} is not in maintenance.` : undefined,
            warn: (seen) => (on ? warning(seen, router) : undefined),
          },
          options,
          cli,
        );
      }),
    );
  actionOptions(command);
  examples(command, [
    'vyos-failover maintenance on tokyo tokyo-2 --reason "new image"',
    'vyos-failover maintenance off tokyo tokyo-2 --reason "new image is up"',
  ]);
};

function maintenanceOf({ routers }: SiteView, router: string) {
  return routers.find(({ name }) => name === router)?.maintenance ?? null;
}

/** Maintenance moves no routes: stopping the owner without a switchover causes an outage. */
function warning({ name, routers, owner }: SiteView, router: string): string | undefined {
  const peer = routers.find((each) => each.name !== router);
  if (owner === router) {
    return `${router} is the owner and keeps the routes. Before you stop it, run vyos-failover switchover ${name} --to ${peer?.name}`;
  }
  return `while ${router} is in maintenance, ${name} cannot fail over`;
}
