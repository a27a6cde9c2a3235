import { History } from '#contracts/history.ts';
import { type AddCommand, examples } from '../cli.ts';
import { type QueryOptions, queryOptions, siteArgument, wholeNumber } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { historyView, showHistory } from '../views/history-view.ts';

interface Options extends QueryOptions {
  readonly limit: number;
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
    .argument(...siteArgument)
    .option('--limit <N>', 'maximum number of entries', wholeNumber(1, 1000), 20)
    .action(
      cli.action(async (name: string, options: Options) => {
        const { io, environment } = cli;
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const siteRef = { topology, site: requireSite(topology, name) };
        const request = { action: 'history', limit: options.limit } as const;
        const entries = historyView(await invokeSite(siteRef, request, History, { environment, signal: io.signal }));
        if (options.json === true) writeJson(io.stdout, 'history', { site: name, entries });
        else if (entries.length > 0) io.stdout.write(`${showHistory(entries)}\n`);
        else io.stderr.write(`The history of ${name} is empty.\n`);
        return exitCodes.done;
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover history tokyo',
    'vyos-failover history tokyo --limit 500 --json | jq ".entries[] | select(.outcome == \\"refused\\")"',
  ]);
};
