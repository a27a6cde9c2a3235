import { History } from '#contracts/history.ts';
import * as z from '#contracts/validation.ts';
import type { Topology } from '#topology/topology.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { type QueryOptions, queryOptions, wholeNumber } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { printableAnswer } from '../output/printable.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { askSites, type UnreachableSite } from '../transport/ask-sites.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';
import { invokeSite, type SiteRef } from '../transport/invoke-site.ts';
import { type HistoryView, historyView, mergedHistory, showHistory } from '../views/history-view.ts';

interface Options extends QueryOptions {
  readonly limit: number;
  readonly site?: string;
  readonly table?: string;
  readonly region?: string;
}

/** `history SITE`: past triggers with their outcomes and reasons, newest first. */
export const history: AddCommand = (program, cli) => {
  const command = program
    .command('history')
    .helpGroup('Inspect:')
    .summary('list past triggers and their outcomes')
    .description(
      'List the triggers of a site and their outcomes, newest first. Entries are kept for 400 days.\n' +
        'A switchover or failback that is refused before it changes anything is not recorded and raises no alarm.',
    )
    .argument('[SITE]', 'name of the site')
    .option('--site <SITE>', 'the same as SITE; all: the entries of all sites, merged')
    .option('--table <NAME>', 'read the table of a site whose stack was deleted, instead of a SITE; with --region')
    .option('--region <REGION>', 'Region of that table')
    .option('--limit <N>', 'maximum number of entries', wholeNumber(1, 1000), 20)
    .action(
      cli.action(async (name: string | undefined, options: Options) => {
        const place = placeOf(name, options);
        if ('table' in place) {
          return print(place, place.table, { entries: historyView(await ofTable(place, options, cli)) }, options, cli);
        }
        const topology = await requireTopologyOfAccount(options.topology, cli);
        if (place.site === ALL && !topology.sites.some(({ name: its }) => its === ALL))
          return print(place, topology.name, await ofAll(topology, options, cli), options, cli);
        const site = requireSite(topology, place.site);
        const entries = historyView(await ofSite({ topology, site }, options, cli));
        return print(place, site.name, { entries }, options, cli);
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover history tokyo',
    'vyos-failover history --site all --limit 50',
    'vyos-failover history --table vyos-failover-t--tokyo-MemoryA1B2 --region ap-northeast-1',
    'vyos-failover history tokyo --limit 500 --json | jq ".entries[] | select(.outcome == \\"refused\\")"',
  ]);
};

/** Stands for every site of the topology. */
const ALL = 'all';

type Place = { readonly site: string } | { readonly table: string; readonly region: string };

/** @throws CommandError (exit code 2) unless there is either a site, or a table and its Region */
function placeOf(argument: string | undefined, { site = argument, table, region }: Options): Place {
  const isOneSite = argument === undefined || site === argument;
  if (isOneSite && site !== undefined && table === undefined && region === undefined) return { site };
  if (site === undefined && table !== undefined && region !== undefined) return { table, region };
  throw new CommandError(
    exitCodes.usage,
    'history needs either a SITE, or --table NAME with --region REGION\n    hint: --site all shows all sites; destroy names the table that it leaves; aws dynamodb list-tables --region REGION lists them',
  );
}

function print(place: Place, of: string, found: Found, options: Options, { io }: Cli): ExitCode {
  const { entries, unseen = [] } = found;
  if (options.json === true) writeJson(io.stdout, 'history', { ...place, ...found });
  else if (entries.length > 0) io.stdout.write(`${showHistory(entries, io.stdout.columns)}\n`);
  else if (unseen.length === 0) io.stderr.write(`The history of ${of} is empty.\n`);
  for (const { says, hint } of unseen) io.stderr.write(`${says}\n${hint === undefined ? '' : `    hint: ${hint}\n`}`);
  return unseen.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** `unseen`: sites of `--site all` that could not be queried. */
interface Found {
  readonly entries: readonly HistoryView[];
  readonly unseen?: readonly UnreachableSite[];
}

/** A site that cannot be queried does not hide the others. */
async function ofAll(topology: Topology, options: Options, cli: Cli): Promise<Found> {
  const { found, unseen } = await askSites(topology.sites, async (site) => ({
    name: site.name,
    entries: await ofSite({ topology, site }, options, cli),
  }));
  return { entries: mergedHistory(found, options.limit), unseen };
}

function ofSite(siteRef: SiteRef, { limit }: Options, { environment, io }: Cli): Promise<History> {
  return invokeSite(siteRef, { action: 'history', limit }, History, { environment, signal: io.signal });
}

/** The functions that answer for a table are deleted with their stack, and the table stays. */
async function ofTable(
  { table, region }: { readonly table: string; readonly region: string },
  { limit }: Options,
  cli: Cli,
): Promise<History> {
  const called = {
    service: 'DynamoDB',
    region,
    grant: `grant dynamodb:Query on table ${table}`,
    find: `choose one of the tables that aws dynamodb list-tables --region ${region} lists`,
  } as const;
  const found = await explainingFaults(called, cli, () => cli.environment.readHistory(region, table, limit));
  const read = z.safeParse(History, found);
  if (read.success) return printableAnswer(read.data);
  throw new CommandError(
    exitCodes.failed,
    `table ${table} in ${region} has no history of a site that this version can read`,
  );
}
