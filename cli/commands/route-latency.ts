import { closeSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { type QueryOptions, queryOptions, siteArgument, wholeNumber } from '../options.ts';
import { cannotWrite } from '../output/cannot-write.ts';
import { counted } from '../output/counted.ts';
import { writeJson } from '../output/json.ts';
import { duration } from '../output/time.ts';
import { type ConsentOptions, confirm, requirePromptOrYes } from '../prompt.ts';
import { requireSite } from '../require-name.ts';
import { measureAndRemove } from '../route-latency/measure-and-remove.ts';
import { FLIP_MS, STARTED_WITHIN_MS } from '../route-latency/measure-route-latency.ts';
import { findMeterStacks, meterStack } from '../route-latency/meter-stack.ts';
import { METER_TYPE, type MeterRequest } from '../route-latency/meter-template.ts';
import { removeMeter } from '../route-latency/remove-meter.ts';
import { flipsAsCsv, summaryOf } from '../route-latency/summary.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { type RouteLatencyView, routeLatencyExitCode, showRouteLatency } from '../views/route-latency-view.ts';

interface Options extends QueryOptions, ConsentOptions {
  readonly flips: number;
  readonly zone?: string;
  readonly csv?: string;
  readonly cleanUp?: boolean;
}

/** `route-latency SITE`: measures how long a change of a route takes in the Region of a site, in a VPC that exists for it alone. */
export const routeLatency: AddCommand = (program, cli) => {
  const command = program
    .command('route-latency')
    .helpGroup('Inspect:')
    .summary("measure how long a change of a route takes in a site's Region")
    .description(
      'Measure how long ReplaceRoute takes in the Region of a site, and when packets arrive at the new target. Creates a stack with a VPC, ' +
        `an instance (${METER_TYPE}) and a role that may replace routes of the stack's own route table only, replaces one route there again and ` +
        'again, and deletes the stack. Uses nothing of the site. Ctrl-C deletes the stack, too; after a kill, --clean-up does.',
    )
    .argument(...siteArgument)
    .option('--flips <N>', 'how often the route is replaced', wholeNumber(1, 500), 200)
    .option('--zone <ZONE>', "Availability Zone of the instance (default: the Region's first)")
    .option('--csv <FILE>', 'write each flip to a CSV file')
    .option('--clean-up', 'only delete what a killed measurement of the site has left')
    .option('-n, --dry-run', 'show what would be done, without doing it')
    .option('-y, --yes', 'do not ask for confirmation')
    .action(
      cli.action(async (name: string, options: Options) => {
        requirePromptOrYes(options, cli.io);
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const where = { topology, site: requireSite(topology, name) };
        const view = await (options.cleanUp === true ? cleanUp : measure)(where, options, cli);
        if (options.json === true) writeJson(cli.io.stdout, 'route-latency', view);
        else cli.io.stdout.write(`${showRouteLatency(view, cli.colours())}\n`);
        if (view.next !== null) cli.io.stderr.write(`next: ${view.next}\n`);
        return routeLatencyExitCode(view);
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover route-latency tokyo --dry-run',
    'vyos-failover route-latency tokyo --flips 200 --csv tokyo.csv',
    'vyos-failover route-latency tokyo --clean-up',
  ]);
};

async function measure(where: SiteRef, options: Options, cli: Cli): Promise<RouteLatencyView> {
  const { name, region } = meterStack(where);
  const there = await findMeterStacks(where, cli);
  if (there.length > 0) {
    const stacks = there.map((stack) => `${stack.name} (${stack.status})`).join(', ');
    const says = `A measurement is under way, or was killed: ${region} has the stack ${stacks}.`;
    return { ...viewOf(where, 'refused', says), next: cleanUpOf(where, cli) };
  }
  const about = duration(options.flips * FLIP_MS + STARTED_WITHIN_MS / 2);
  const would = `Create the stack ${name} in ${region}, replace its route ${counted(options.flips, 'time')} (about ${about}), and delete it`;
  const declined = await notAgreed(would, where, options, cli);
  if (declined !== undefined) return declined;
  requireWritable(options.csv, cli);
  return withCsv(options.csv, await measured(where, options, cli), cli);
}

async function measured(where: SiteRef, request: MeterRequest, cli: Cli): Promise<RouteLatencyView> {
  const { readings, problem, left } = await measureAndRemove(where, request, cli);
  const { flips, failed, receivers } = readings;
  const isInterrupted = cli.io.signal?.aborted === true;
  const outcome = isInterrupted ? 'interrupted' : problem === null ? 'measured' : 'failed';
  const clauses = [
    problem ?? `Measured ${counted(flips.length, 'flip')} in ${where.site.region}.`,
    ...(failed.length > 0 && problem === null ? [`${counted(failed.length, 'call')} failed: ${failed[0]?.why}.`] : []),
    ...(receivers === 0 ? ['Packets were not measured: the host has only one network interface.'] : []),
  ];
  const next = left.length > 0 ? cleanUpOf(where, cli) : null;
  const summary = flips.length === 0 ? null : summaryOf(flips);
  return { ...viewOf(where, outcome, clauses.join(' ')), summary, flips, failed, left, next };
}

async function cleanUp(where: SiteRef, options: Options, cli: Cli): Promise<RouteLatencyView> {
  const { region } = where.site;
  const there = await findMeterStacks(where, cli);
  if (there.length === 0) return viewOf(where, 'removed', `${region} has no stack of a measurement.`);
  const names = there.map(({ name }) => name).join(', ');
  const declined = await notAgreed(`Delete the stack ${names} in ${region}`, where, options, cli);
  if (declined !== undefined) return declined;
  const left = (await Promise.all(there.map((stack) => removeMeter(stack, cli)))).flat();
  if (left.length === 0) return viewOf(where, 'removed', `Deleted ${names}.`);
  return { ...viewOf(where, 'failed', `${names} could not be deleted.`), left, next: cleanUpOf(where, cli) };
}

/** @returns undefined: the operator agrees */
async function notAgreed(
  would: string,
  where: SiteRef,
  options: Options,
  { io }: Cli,
): Promise<RouteLatencyView | undefined> {
  if (options.dryRun === true) return viewOf(where, 'planned', `${would}. Dry run: nothing was changed.`);
  if (!(await confirm(`${would}?`, options, io))) return viewOf(where, 'declined', 'Declined; nothing was changed.');
  io.signal?.throwIfAborted();
  return undefined;
}

function viewOf({ site }: SiteRef, outcome: RouteLatencyView['outcome'], says: string): RouteLatencyView {
  const { name, region } = site;
  const nothing = { summary: null, flips: [], failed: [], left: [], next: null };
  return { site: name, region, dryRun: outcome === 'planned', outcome, says, ...nothing };
}

const cleanUpOf = ({ site }: SiteRef, { environment }: Cli) =>
  environment.nextCommand('route-latency', site.name, '--clean-up');

/** Before the measurement, which takes a quarter of an hour. Keeps what is in the file. @throws CommandError (exit code 1) if it cannot be written */
function requireWritable(file: string | undefined, { io }: Cli): void {
  if (file === undefined) return;
  try {
    closeSync(openSync(resolve(io.cwd, file), 'a'));
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** The summary is printed although the file cannot be written any more. Without flips the file keeps what it had. */
function withCsv(file: string | undefined, view: RouteLatencyView, { io }: Cli): RouteLatencyView {
  if (file === undefined || view.flips.length === 0) return view;
  try {
    writeFileSync(resolve(io.cwd, file), flipsAsCsv(view.flips));
    return view;
  } catch (error) {
    const says = `${view.says} ${file} could not be written: ${(error as Error).message}`;
    return { ...view, outcome: 'failed', says };
  }
}
