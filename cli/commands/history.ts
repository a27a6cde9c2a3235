import { History } from '#contracts/history.ts';
import * as z from '#contracts/validation.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { type QueryOptions, queryOptions, wholeNumber } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { printableAnswer } from '../output/printable.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { historyView, showHistory } from '../views/history-view.ts';

interface Options extends QueryOptions {
  readonly limit: number;
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
    .option('--table <NAME>', 'read the table of a site whose stack was deleted, instead of a SITE; with --region')
    .option('--region <REGION>', 'Region of that table')
    .option('--limit <N>', 'maximum number of entries', wholeNumber(1, 1000), 20)
    .action(
      cli.action(async (name: string | undefined, options: Options) => {
        const { io } = cli;
        const of = placeOf(name, options);
        const entries = historyView(
          'table' in of ? await ofTable(of, options, cli) : await ofSite(of.site, options, cli),
        );
        if (options.json === true) writeJson(io.stdout, 'history', { ...of, entries });
        else if (entries.length > 0) io.stdout.write(`${showHistory(entries, io.stdout.columns)}\n`);
        else io.stderr.write(`The history of ${'table' in of ? of.table : of.site} is empty.\n`);
        return exitCodes.done;
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover history tokyo',
    'vyos-failover history --table vyos-failover-t--tokyo-MemoryA1B2 --region ap-northeast-1',
    'vyos-failover history tokyo --limit 500 --json | jq ".entries[] | select(.outcome == \\"refused\\")"',
  ]);
};

type Place = { readonly site: string } | { readonly table: string; readonly region: string };

/** @throws CommandError (exit code 2) unless there is either a site, or a table and its Region */
function placeOf(site: string | undefined, { table, region }: Options): Place {
  if (site !== undefined && table === undefined && region === undefined) return { site };
  if (site === undefined && table !== undefined && region !== undefined) return { table, region };
  throw new CommandError(
    exitCodes.usage,
    'history needs either a SITE, or --table NAME with --region REGION\n    hint: destroy names the table that it leaves; aws dynamodb list-tables --region REGION lists them',
  );
}

async function ofSite(name: string, { topology: file, limit }: Options, cli: Cli): Promise<History> {
  const topology = await requireTopologyOfAccount(file, cli);
  const siteRef = { topology, site: requireSite(topology, name) };
  const by = { environment: cli.environment, signal: cli.io.signal };
  return invokeSite(siteRef, { action: 'history', limit }, History, by);
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
