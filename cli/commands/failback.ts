import { type AddCommand, examples } from '../cli.ts';
import { requireSite } from '../require-name.ts';
import { requireTopology } from '../topology-file.ts';
import { type MoveOptions, moveOptions, moveRoutes } from './shared/move-routes.ts';

/** `failback SITE`: a switchover to the router that the topology prefers. */
export const failback: AddCommand = (program, cli) => {
  const command = program
    .command('failback')
    .helpGroup('Act:')
    .description('Move the routes of a site back to its active router, the one that the topology prefers.')
    .argument('<SITE>')
    .action(
      cli.action(async (name: string, options: MoveOptions) => {
        const topology = await requireTopology(options.topology, cli.io);
        const site = requireSite(topology, name);
        return moveRoutes({ topology, site }, { action: 'failback', to: site.routers.active.name }, options, cli);
      }),
    );
  moveOptions(command);
  examples(command, ['vyos-failover failback tokyo --reason "tokyo-1 is repaired"']);
};
