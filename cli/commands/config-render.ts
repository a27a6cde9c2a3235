import { farEndSheet } from '#vyos/far-end-sheet.ts';
import { type RenderedConfig, renderConfig } from '#vyos/render.ts';
import { farEndNamed } from '#vyos/tunnel-ends.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { noteOnAddresses } from '../created/note-on-addresses.ts';
import { jsonOption, topologyArgument, topologyOption } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { namedOnce, requireTopology } from '../topology-file.ts';
import { orUsageError } from '../usage-error.ts';
import { showFarEnd } from '../views/far-end-view.ts';

interface Options {
  readonly topology?: string;
  readonly router: string;
  readonly vyos?: string;
  readonly json?: boolean;
}

/** `config render [FILE] --router NAME`: a router's `set` commands on stdout; for a far end, the text for its administrator. */
export const configRender: AddCommand = (program, cli) => {
  const command = group(program, 'config')
    .command('render')
    .summary('print the configuration of a router')
    .description(
      'Print the configuration of a router as set commands. In place of each secret stands its name: {{ssm:NAME}}.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .requiredOption(
      '--router <NAME>',
      'name of the router, or of a far end, for which it prints a text for its administrator',
    )
    .option(
      '--vyos <VERSION>',
      'version of VyOS, if not the one in the topology: 1.1, 1.3, 1.4, 1.5, or the release that `show version` prints',
    )
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const topology = await requireTopology(namedOnce(argument, options.topology), cli.io);
        noteOnAddresses(topology, cli);
        const farEnd = farEndNamed(topology, options.router);
        if (farEnd !== undefined) {
          const sheet = orUsageError(() => farEndSheet(topology, farEnd));
          if (options.json === true) writeJson(cli.io.stdout, 'far-end', sheet);
          else cli.io.stdout.write(`${showFarEnd(sheet)}\n`);
          return exitCodes.done;
        }
        const config = orUsageError(() => renderConfig(topology, options.router, { vyos: options.vyos }));
        if (options.json === true) writeJson(cli.io.stdout, 'config-render', asJson(topology.name, config));
        else {
          cli.io.stdout.write(`${config.lines.join('\n')}\n`);
          for (const note of config.notes) cli.io.stderr.write(`note: ${note}\n`);
        }
        return exitCodes.done;
      }),
    );
  examples(command, [
    'vyos-failover config render topology.yaml --router tokyo-1',
    'vyos-failover config render topology.yaml --router tokyo-1 --vyos 1.3 > tokyo-1.set',
    'vyos-failover config render topology.yaml --router tokyo-1 --vyos 2026.06.24-0045-rolling',
    'vyos-failover config render topology.yaml --router osaka-dc   # a far end',
  ]);
};

function asJson(topology: string, { router, vyos, release, profile, lines, secrets, notes }: RenderedConfig) {
  return { topology, router, vyos, release, profile, lines, secrets, notes };
}
