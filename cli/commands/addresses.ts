import { type AddCommand, type Cli, examples } from '../cli.ts';
import { addressesFileOf, readAddressesFile, writeAddressesFile } from '../created/addresses-file.ts';
import { addressProblems } from '../created/compare-addresses.ts';
import { createdRouters, isCreated } from '../created/created-sites.ts';
import { explainingEc2Faults } from '../created/explaining-stack-faults.ts';
import { type CreatedIds, readSiteIds } from '../created/read-created-ids.ts';
import { jsonOption, topologyArgument, topologyOption } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireAccount } from '../require-account.ts';
import { namedOnce, requireFileAsWritten, topologyFile } from '../topology-file.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { type AddressesView, type SiteAddressesView, showAddresses } from '../views/addresses-view.ts';

interface Options {
  readonly topology?: string;
  readonly write?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `addresses [FILE] [--write]`: what the deployment created; exit code 3 if something is missing or differs. */
export const addresses: AddCommand = (program, cli) => {
  const command = program
    .command('addresses')
    .helpGroup('Configure:')
    .summary('show the interfaces and Elastic IPs that the deployment created')
    .description(
      'Show the interfaces, Elastic IPs and instances of the routers that the deployment created, from the outputs of their stacks. ' +
        '--write writes them to FILE.addresses.json beside the topology file FILE.yaml, where every command finds them without AWS.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .option('--write', 'write the addresses file; an existing one is replaced')
    .option('-n, --dry-run', 'with --write: compare, and write nothing')
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const view = await read(namedOnce(argument, options.topology), options, cli);
        if (options.json === true) writeJson(cli.io.stdout, 'addresses', view);
        else cli.io.stdout.write(`${showAddresses(view, cli.colours())}\n`);
        return exitCodeOf(view);
      }),
    );
  examples(command, [
    'vyos-failover addresses topology.yaml',
    'vyos-failover addresses topology.yaml --write && git add topology.addresses.json',
    'vyos-failover addresses --json | jq -r ".sites[].routers[].publicAddress"',
  ]);
};

async function read(option: string | undefined, { write, dryRun }: Options, cli: Cli): Promise<AddressesView> {
  const file = topologyFile(option, cli.io);
  const target = addressesFileOf(file);
  if (write === true && target === undefined) throw cannotWrite();
  const { topology } = await requireFileAsWritten(option, cli.io);
  await requireAccount(topology, cli);
  const written =
    write === true && dryRun !== true
      ? undefined
      : readAddressesFile(file, topology.name, cli.io, cli.environment.nextCommand);
  const found = await Promise.all(
    topology.sites.filter(isCreated).map(async (site) => {
      const siteRef = { topology, site };
      const ids = await readSiteIds(siteRef, cli);
      return { view: await siteView(siteRef, ids ?? new Map(), cli), problems: addressProblems(siteRef, ids, written) };
    }),
  );
  const sites = found.map(({ view }) => view);
  const writes = write === true && dryRun !== true && target !== undefined;
  if (writes) writeAddressesFile(target, topology.name, sites, cli.io);
  return {
    topology: topology.name,
    sites,
    problems: found.flatMap(({ problems }) => problems),
    written: writes ? target : null,
  };
}

async function siteView({ site }: SiteRef, ids: CreatedIds, cli: Cli): Promise<SiteAddressesView> {
  const { name, region } = site;
  const idOf = (key: string) => ids.get(key) ?? null;
  const routers = await Promise.all(
    createdRouters(site).map(async (router) => {
      const eni = ids.get(`eni:${router.name}`);
      const attached =
        eni === undefined
          ? undefined
          : await explainingEc2Faults(region, cli, () =>
              cli.environment.cloud.attachmentOf(region, eni, cli.io.signal),
            );
      return {
        name: router.name,
        interface: eni ?? null,
        publicAddress: idOf(`address:${router.name}`),
        instance: attached?.instance ?? null,
      };
    }),
  );
  return { name, region, vpc: idOf(`vpc:${name}`), routeTable: idOf(`routeTable:${name}`), routers };
}

function exitCodeOf({ problems }: AddressesView): ExitCode {
  return problems.length > 0 ? exitCodes.attention : exitCodes.done;
}

function cannotWrite(): CommandError {
  return new CommandError(
    exitCodes.usage,
    'the addresses file is written beside the topology file, and standard input has none\n    hint: name the file',
  );
}
