import { type AddCommand, examples } from '../cli.ts';
import { requireRouter, requireSite } from '../require-name.ts';
import { requireTopology } from '../topology-file.ts';
import { type MoveOptions, moveOptions, moveRoutes } from './shared/move-routes.ts';

/** `switchover SITE --to ROUTER`: moves a site's routes on a person's word. */
export const switchover: AddCommand = (program, cli) => {
  const command = program
    .command('switchover')
    .helpGroup('Act:')
    .description(
      'Move the routes of a site to a router that is proven fit. Needs no witness and waits for no hold-down.',
    )
    .argument('<SITE>')
    .requiredOption('--to <ROUTER>', 'the router that shall hold the routes')
    .action(
      cli.action(async (name: string, options: MoveOptions & { readonly to: string }) => {
        const topology = await requireTopology(options.topology, cli.io);
        const site = requireSite(topology, name);
        const { name: to } = requireRouter(site, options.to);
        return moveRoutes({ topology, site }, { action: 'switchover', to }, options, cli);
      }),
    );
  moveOptions(command);
  examples(command, [
    'vyos-failover switchover tokyo --to tokyo-2 --reason "kernel update of tokyo-1"',
    'vyos-failover switchover tokyo --to tokyo-2 --reason "game day" --dry-run',
    'vyos-failover switchover tokyo --to tokyo-2 --reason "game day" --override paused --yes --json',
  ]);
};
