import { type AddCommand, examples } from '../cli.ts';
import { siteArgument } from '../options.ts';
import { requireRouter, requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { type MoveOptions, moveOptions, moveRoutes } from './shared/move-routes.ts';

/** `switchover SITE --to ROUTER`: moves the routes of a site at an operator's request. */
export const switchover: AddCommand = (program, cli) => {
  const command = program
    .command('switchover')
    .helpGroup('Operate:')
    .summary('move the routes of a site to a router')
    .description(
      'Move the routes of a site to a router that is proven fit. A switchover requires no witness and ignores hold-down.',
    )
    .argument(...siteArgument)
    .requiredOption('--to <ROUTER>', 'target: the router that becomes the owner')
    .action(
      cli.action(async (name: string, options: MoveOptions & { readonly to: string }) => {
        const topology = await requireTopologyOfAccount(options.topology, cli);
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
