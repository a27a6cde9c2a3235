import { Option } from 'commander';
import type { Topology } from '#topology/topology.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { mermaidGraph } from '../graph/mermaid.ts';
import { svgGraph } from '../graph/svg.ts';
import { jsonOption, topologyArgument, topologyOption } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { namedOnce, requireTopology } from '../topology-file.ts';

const FORMATS = {
  mermaid: (topology: Topology) => mermaidGraph(topology),
  svg: (topology: Topology, narrow: boolean) => svgGraph(topology, narrow ? 'narrow' : 'wide'),
} as const;

interface Options {
  readonly topology?: string;
  readonly format: keyof typeof FORMATS;
  readonly narrow?: boolean;
  readonly json?: boolean;
}

/** `topology graph [FILE]`: a drawing of sites, routers, tunnels and route tables. */
export const topologyGraph: AddCommand = (program, cli) => {
  const command = group(program, 'topology')
    .command('graph')
    .summary('draw the topology')
    .description(
      'Draw the sites, routers, tunnels and route tables of a topology. Shows the file, and not what is deployed.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .addOption(
      new Option('--format <FORMAT>', 'mermaid: text that GitHub and wikis draw; svg: a picture for a browser')
        .choices(Object.keys(FORMATS))
        .default('mermaid'),
    )
    .option('--narrow', 'svg: draw two sites one below the other, for a narrow screen')
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, { topology: option, format, narrow = false, json }: Options) => {
        const topology = await requireTopology(namedOnce(argument, option), cli.io);
        const graph = FORMATS[format](topology, narrow);
        if (json === true) writeJson(cli.io.stdout, 'topology-graph', { topology: topology.name, format, graph });
        else cli.io.stdout.write(graph);
        return exitCodes.done;
      }),
    );
  examples(command, [
    'vyos-failover topology graph topology.yaml',
    'vyos-failover topology graph topology.yaml --format svg > topology.svg',
  ]);
};
