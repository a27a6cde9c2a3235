import { findRouter } from '#vyos/find-router.ts';
import { askForPlan } from '../ask/config-push.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { type RouterDiffView, routerDiffView, showRouterDiff } from '../output/config-view.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { namedOnce, requireTopologyText, topologyOption } from '../topology-file.ts';
import { orUsageError } from '../usage-error.ts';

interface Options {
  readonly topology?: string;
  readonly router: string;
  readonly json?: boolean;
}

/** `config diff [FILE] --router NAME`: what a router runs beside what it should; exit code 3 where they differ, 1 where nobody could look. */
export const configDiff: AddCommand = (program, cli) => {
  const command = group(program, 'config', 'Configure', 'the routers’ configuration')
    .command('diff')
    .description('Compare what one router runs with what the topology says. Changes nothing, and shows no secret.')
    .argument('[FILE]', 'the topology; the same as --topology FILE')
    .option(...topologyOption)
    .requiredOption('--router <NAME>', 'whose configuration')
    .option('--json', 'one JSON object on stdout')
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const { topology, text } = await requireTopologyText(namedOnce(argument, options.topology), cli.io);
        const { site } = orUsageError(() => findRouter(topology, options.router));
        const plan = await askForPlan({ topology, site }, { text, overrides: [] }, cli);
        const views = plan.routers
          .filter(({ name }) => name === options.router)
          .map((each) => routerDiffView(each, plan));
        for (const view of views) {
          if (options.json === true) writeJson(cli.io.stdout, 'config-diff', { site: site.name, ...view });
          else cli.io.stdout.write(`${showRouterDiff(view, cli.colours())}\n`);
        }
        return views.map(exitCodeOf)[0] ?? exitCodes.failed;
      }),
    );
  examples(command, [
    'vyos-failover config diff topology.yaml --router tokyo-1',
    'vyos-failover config diff topology.yaml --router tokyo-1 --json | jq -r ".commands[]"',
  ]);
};

function exitCodeOf({ different }: RouterDiffView): ExitCode {
  if (different === null) return exitCodes.failed;
  return different ? exitCodes.attention : exitCodes.done;
}
