import { whyRefused } from '#infra/role-policies.ts';
import { type AddCommand, examples } from '../cli.ts';
import { costOfTopology } from '../cost/cost-of-topology.ts';
import { jsonOption, type QueryOptions, topologyArgument, topologyOption } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { namedOnce, requireTopology } from '../topology-file.ts';
import { costExitCode, costView, showCost } from '../views/cost-view.ts';

/** `cost [FILE]`: list prices of a topology's sites in a month. */
export const cost: AddCommand = (program, cli) => {
  const command = program
    .command('cost')
    .helpGroup('Configure:')
    .summary('compute what the sites cost in a month')
    .description(
      'Synthesize the stacks of a topology in this process, and compute from a table of list prices what each site costs in a month: what ' +
        'vyos-failover adds, what the routers cost, and what the tunnels send without any user. Nothing is deployed, and AWS is not called. ' +
        'Ends with 3 if a price is missing.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: QueryOptions) => {
        const { io, environment } = cli;
        const topology = await requireTopology(namedOnce(argument, options.topology), io);
        const why = whyRefused(topology);
        if (why.length > 0) throw new CommandError(exitCodes.usage, why.join('\n'));
        io.stderr.write('Synthesizing the stacks…\n');
        const view = costView(topology.name, costOfTopology(topology, await environment.synthesizeStacks(topology)));
        if (options.json === true) writeJson(io.stdout, 'cost', view);
        else io.stdout.write(showCost(view, cli.colours()));
        return costExitCode(view);
      }),
    );
  examples(command, ['vyos-failover cost topology.yaml', 'vyos-failover cost topology.yaml --json']);
};
