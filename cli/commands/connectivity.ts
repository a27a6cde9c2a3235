import { Option } from 'commander';
import { type AddCommand, examples } from '../cli.ts';
import { measureHost, measureSite } from '../connectivity/measure-site.ts';
import { isEmulatedAws } from '../emulated-aws.ts';
import type { Io } from '../io.ts';
import { addressOption, instanceOption, requireBothHosts } from '../measure/options.ts';
import { type QueryOptions, queryOptions, siteArgument } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireSite } from '../require-name.ts';
import { requireDeployedTopology } from '../topology-file.ts';
import { type ConnectivityView, connectivityView, showConnectivity } from '../views/connectivity-view.ts';

interface Options extends QueryOptions {
  readonly from?: string;
  readonly to?: string;
}

/** `connectivity SITE`: sends packets over every path of a site's routers. Changes nothing. */
export const connectivity: AddCommand = (program, cli) => {
  const command = program
    .command('connectivity')
    .helpGroup('Inspect:')
    .summary('send packets over every tunnel of a site')
    .description(
      'Send packets from both routers of a site over each tunnel and over the link of the pair, find the largest packet that ' +
        'passes, and show over which path each router reaches the networks of other sites. With --from and --to also from host to host. ' +
        'Changes nothing. Ends with 3 if packets are lost, an MTU is smaller than configured, or the owner has no direct path.',
    )
    .argument(...siteArgument)
    .addOption(
      new Option('--from <INSTANCE>', 'host in the site that sends pings; with --to').argParser(instanceOption),
    )
    .addOption(new Option('--to <ADDRESS>', 'host at another site that answers pings').argParser(addressOption))
    .action(
      cli.action(async (name: string, options: Options) => {
        const host = requireBothHosts(options);
        const { topology } = await requireDeployedTopology(options.topology, cli);
        const where = { topology, site: requireSite(topology, name) };
        const [routers, measured] = await Promise.all([
          measureSite(where, cli),
          host === undefined ? undefined : measureHost(where, host, cli),
        ]);
        const view = connectivityView(where.site.name, routers, measured);
        const { stdout } = cli.io;
        if (options.json === true) writeJson(stdout, 'connectivity', view);
        else stdout.write(`${showConnectivity(view, cli.colours(), stdout.columns)}\n`);
        if (isWithoutPackets(view, cli.io)) cli.io.stderr.write(NO_PACKETS);
        return view.attention.length === 0 ? exitCodes.done : exitCodes.attention;
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover connectivity tokyo',
    'vyos-failover connectivity tokyo --from i-0a1b2c3d4e5f60041 --to 10.2.0.20',
    'vyos-failover connectivity tokyo --json | jq ".attention[]"',
  ]);
};

const NO_PACKETS =
  'note: AWS_ENDPOINT_URL is an emulated AWS. The routers of emulate and demo send no packets over tunnels; those of the lab do (docs/lab.md)\n';

/** Nothing was answered, and AWS is on this machine. */
function isWithoutPackets({ routers }: ConnectivityView, io: Io): boolean {
  return isEmulatedAws(io) && routers.every(({ paths }) => paths.every(({ sent, lost }) => sent === lost));
}
