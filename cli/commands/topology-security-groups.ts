import { securityGroups } from '#vyos/security-groups.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireSite } from '../require-name.ts';
import { namedOnce, requireTopology, topologyOption } from '../topology-file.ts';
import { showSecurityGroups } from '../views/security-groups-view.ts';

interface Options {
  readonly topology?: string;
  readonly site?: string;
  readonly json?: boolean;
}

/** `topology security-groups [FILE]`: what the routers' security groups must let in. Looks at the file alone. */
export const topologySecurityGroups: AddCommand = (program, cli) => {
  const command = group(program, 'topology', 'Configure', 'the topology file')
    .command('security-groups')
    .description('What the security groups of the routers must let in, as a table and as commands of the AWS CLI.')
    .argument('[FILE]', 'the topology; the same as --topology FILE')
    .option(...topologyOption)
    .option('--site <NAME>', 'of one site alone')
    .option('--json', 'one JSON object on stdout')
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const topology = await requireTopology(namedOnce(argument, options.topology), cli.io);
        const sites = options.site === undefined ? topology.sites : [requireSite(topology, options.site)];
        const routers = sites.flatMap((site) => securityGroups(topology, site));
        if (options.json === true) writeJson(cli.io.stdout, 'security-groups', { topology: topology.name, routers });
        else cli.io.stdout.write(`${showSecurityGroups(routers)}\n`);
        return exitCodes.done;
      }),
    );
  examples(command, [
    'vyos-failover topology security-groups topology.yaml',
    'vyos-failover topology security-groups topology.yaml --site tokyo --json',
  ]);
};
