import { securityGroups } from '#vyos/security-groups.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { noteOnAddresses } from '../created/note-on-addresses.ts';
import { jsonOption, topologyArgument, topologyOption } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireSite } from '../require-name.ts';
import { namedOnce, requireTopology } from '../topology-file.ts';
import { showSecurityGroups } from '../views/security-groups-view.ts';

interface Options {
  readonly topology?: string;
  readonly site?: string;
  readonly json?: boolean;
}

/** `topology security-groups [FILE]`: inbound rules for the routers' security groups. Reads nothing but the file. */
export const topologySecurityGroups: AddCommand = (program, cli) => {
  const command = group(program, 'topology')
    .command('security-groups')
    .summary('list the rules that the security groups of the routers need')
    .description(
      'List the inbound rules that the security groups of the routers need, as a table and as AWS CLI commands.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .option('--site <NAME>', 'list the routers of this site only')
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const topology = await requireTopology(namedOnce(argument, options.topology), cli.io);
        noteOnAddresses(topology, cli);
        const sites = options.site === undefined ? topology.sites : [requireSite(topology, options.site)];
        const routers = sites.flatMap((site) => securityGroups(topology, site));
        if (options.json === true) writeJson(cli.io.stdout, 'security-groups', { topology: topology.name, routers });
        else cli.io.stdout.write(`${showSecurityGroups(routers, cli.io.stdout.columns)}\n`);
        return exitCodes.done;
      }),
    );
  examples(command, [
    'vyos-failover topology security-groups topology.yaml',
    'vyos-failover topology security-groups topology.yaml --site tokyo --json',
  ]);
};
