import { readChangesFile } from '../changes/changes-file.ts';
import { planChanges } from '../changes/plan/plan-changes.ts';
import { readSituation } from '../changes/read/read-situation.ts';
import { type AddCommand, examples } from '../cli.ts';
import { jsonOption, topologyArgument, topologyOption } from '../options.ts';
import { writeJson } from '../output/json.ts';
import { namedOnce } from '../topology-file.ts';
import { changesExitCode, changesView, showChanges } from '../views/changes-view.ts';

interface Options {
  readonly topology?: string;
  readonly site?: string;
  readonly json?: boolean;
}

/** `changes [FILE]`: what a topology file changes of the deployment, and in which order. Exit code 3: something; 4: refused. */
export const changes: AddCommand = (program, cli) => {
  const command = program
    .command('changes')
    .helpGroup('Configure:')
    .summary('compare a topology file with what is deployed and what runs')
    .description(
      'Compare a topology file with what is deployed and with what the routers run. Shows each edit, the steps in their order with their ' +
        'commands, and what each costs. Changes nothing. Exit code 0: nothing is to be done; 3: steps remain; 4: the steps are refused.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .option('--site <SITE>', 'the steps of this site only (default: all sites)')
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const file = await readChangesFile(namedOnce(argument, options.topology), options.site, cli);
        const situation = await readSituation(file, cli);
        const view = changesView(situation, planChanges(situation));
        if (options.json === true) writeJson(cli.io.stdout, 'changes', view);
        else cli.io.stdout.write(showChanges(view, cli.colours()));
        return changesExitCode(view);
      }),
    );
  examples(command, [
    'vyos-failover changes topology.yaml',
    'vyos-failover changes topology.yaml --json | jq -r ".steps[].command"',
  ]);
};
