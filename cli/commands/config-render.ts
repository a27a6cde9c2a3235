import { farEndSheet } from '#vyos/far-end-sheet.ts';
import { type RenderedConfig, renderConfig } from '#vyos/render.ts';
import { farEndNamed } from '#vyos/tunnel-ends.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { namedOnce, requireTopology, topologyOption } from '../topology-file.ts';
import { orUsageError } from '../usage-error.ts';
import { showFarEnd } from '../views/far-end-view.ts';

interface Options {
  readonly topology?: string;
  readonly router: string;
  readonly vyos?: string;
  readonly json?: boolean;
}

/** `config render [FILE] --router NAME`: one router's `set` commands on stdout, and nothing else there; of a far end the text for its administrator. */
export const configRender: AddCommand = (program, cli) => {
  const command = group(program, 'config', 'Configure', 'the routers’ configuration')
    .command('render')
    .description(
      'Write one router’s configuration as set commands. Secrets are names: {{ssm:NAME}} stands where a key belongs.',
    )
    .argument('[FILE]', 'the topology; the same as --topology FILE')
    .option(...topologyOption)
    .requiredOption('--router <NAME>', 'whose configuration; a far end: what its administrator needs to know')
    .option(
      '--vyos <VERSION>',
      'for another VyOS than the topology says: 1.1, 1.3, 1.4, 1.5, or the release that `show version` names',
    )
    .option('--json', 'one JSON object on stdout')
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const topology = await requireTopology(namedOnce(argument, options.topology), cli.io);
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
    'vyos-failover config render topology.yaml --router osaka-dc   # a far end: text for its administrator',
  ]);
};

function asJson(topology: string, { router, vyos, release, profile, lines, secrets, notes }: RenderedConfig) {
  return { topology, router, vyos, release, profile, lines, secrets, notes };
}
