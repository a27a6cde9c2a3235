import { Option } from 'commander';
import { type AddCommand, examples } from '../cli.ts';
import { type QueryOptions, queryOptions } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { pageOf } from '../report/html/page.ts';
import { readIncident } from '../report/read-incident.ts';
import type { ReportView } from '../report/report-view.ts';
import { textOf } from '../report/text.ts';
import { traceOf } from '../report/trace.ts';
import { writeReport } from '../report/write-report.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';

interface Options extends QueryOptions {
  readonly site?: string;
  readonly out?: string;
  readonly format: 'html' | 'trace' | 'table';
}

/** `report ID`: one page about an incident, a drill or a push, from the history alone. */
export const report: AddCommand = (program, cli) => {
  const command = program
    .command('report')
    .helpGroup('Inspect:')
    .summary('write a page about an incident, from the history')
    .description(
      'Write one HTML page about an incident, a drill or a push: what happened, why, how long it took, each call to AWS, the routes ' +
        'before and after, the witnesses, and what would have changed the decision. It is made of the history alone, and needs no network.',
    )
    .argument('<ID>', 'id of the trigger, or its beginning; or the number of a swap, or "last"')
    .option('--site <SITE>', 'search the history of this site only')
    .option('-o, --out <FILE>', 'file to write (default: stdout)')
    .addOption(
      new Option(
        '--format <FORMAT>',
        'html: a page; table: text for a terminal; trace: JSON for chrome://tracing and Perfetto',
      )
        .choices(['html', 'table', 'trace'])
        .default('html'),
    )
    .action(
      cli.action(async (name: string, options: Options) => {
        const { io } = cli;
        const { site, out, format, json = false } = options;
        if (io.stdout.isTTY === true && out === undefined && !json && format !== 'table')
          throw new CommandError(exitCodes.usage, NO_FILE);
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const sites = site === undefined ? topology.sites : [requireSite(topology, site)];
        const view = await readIncident(name, sites, topology, cli);
        const content = contentOf(view, format, out === undefined ? io.stdout.columns : undefined);
        if (!json || out !== undefined) writeReport(content, out, io);
        if (json) writeJson(io.stdout, 'report', view);
        return exitCodes.done;
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover report last -o incident.html',
    'vyos-failover report 3 --site tokyo -o swap-3.html',
    'vyos-failover report last --format table',
    'vyos-failover report last --format trace -o incident.trace.json',
  ]);
};

function contentOf(view: ReportView, format: Options['format'], columns: number | undefined): string {
  if (format === 'html') return pageOf(view);
  return format === 'table' ? textOf(view, columns) : `${JSON.stringify(traceOf(view))}\n`;
}

const NO_FILE =
  'the report is a page, which a terminal does not show\n    hint: name a file with -o FILE, or use --format table, --json or a pipe';
