import { type AddCommand, examples } from '../cli.ts';
import { siteArgument } from '../options.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { type MoveOptions, moveOptions, moveRoutes } from './shared/move-routes.ts';

/** `failback SITE`: a switchover to the router with role active. */
export const failback: AddCommand = (program, cli) => {
  const command = program
    .command('failback')
    .helpGroup('Operate:')
    .summary('move the routes of a site back to its active router')
    .description('Move the routes of a site back to the router with role active in the topology.')
    .argument(...siteArgument)
    .action(
      cli.action(async (name: string, options: MoveOptions) => {
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const site = requireSite(topology, name);
        return moveRoutes({ topology, site }, { action: 'failback', to: site.routers.active.name }, options, cli);
      }),
    );
  moveOptions(command);
  examples(command, ['vyos-failover failback tokyo --reason "tokyo-1 is repaired"']);
};
