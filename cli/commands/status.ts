import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import { type Severity, worstOf } from '#failover/site-severity.ts';
import { namesOf } from '#infra/names.ts';
import type { Topology } from '#topology/topology.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { describe } from '../created/stack-ended.ts';
import { continueDeletion, failedDeletions } from '../deployed/failed-deletions.ts';
import { findFormerStacks } from '../deployed/find-former-stacks.ts';
import type { FormerStack } from '../deployed/former-stacks.ts';
import type { Io } from '../io.ts';
import { type QueryOptions, queryOptions, wholeNumber } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson, writeJsonLine } from '../output/json.ts';
import { LiveScreen } from '../output/live-screen.ts';
import type { NextCommand } from '../output/next-command.ts';
import { duration, utcTime } from '../output/time.ts';
import { requireSite } from '../require-name.ts';
import { requireDeployedTopology } from '../topology-file.ts';
import { askSites, type UnreachableSite } from '../transport/ask-sites.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { withCauses } from '../transport/with-causes.ts';
import { showSite } from '../views/show-site.ts';
import { type SiteView, siteView } from '../views/site-view.ts';

interface Options extends QueryOptions {
  readonly watch?: number;
}

/** `status [SITE]`: the present state of the sites; exit code 3 if one needs attention. */
export const status: AddCommand = (program, cli) => {
  const command = program
    .command('status')
    .helpGroup('Inspect:')
    .summary('show the owner, faults and routers of each site')
    .description('Show each site: its owner, its faults, its routers and their fitness.')
    .argument('[SITE]', 'show this site only (default: all sites)')
    .option(
      '-w, --watch <SECONDS>',
      'repeat every so many seconds until Ctrl-C; with --json, print one object per line',
      wholeNumber(1, 3600),
    )
    .action(
      cli.action(async (name: string | undefined, options: Options) => {
        const { topology } = await requireDeployedTopology(options.topology, cli);
        const [queried, former] = await Promise.all([
          queryStatus(topology, name, cli),
          name === undefined ? formerOrNote(topology, cli) : failedDeletionOf(topology, name, cli),
        ]);
        const view = { ...queried, former };
        return options.watch === undefined
          ? show(view, options, cli)
          : watch(view, () => queryStatus(topology, name, cli), { ...options, watch: options.watch }, cli);
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover status',
    'vyos-failover status tokyo --watch 5',
    'vyos-failover status --json | jq -r ".sites[] | select(.healthy | not) | .attention[]"',
    'vyos-failover status --json | jq -r ".sites[] | [.name, .severity, .since] | @tsv"',
  ]);
};

/** `unseen`: sites that could not be queried. */
interface QueriedSites {
  readonly topology: string;
  readonly sites: readonly SiteView[];
  readonly unseen: readonly UnreachableSite[];
}

interface StatusView extends QueriedSites {
  /**
   * Stacks of the topology that its file no longer has, or whose deletion failed, and stacks of others that move routes of the same
   * tables; null: unknown. With a SITE only a failed deletion of its stack is looked for.
   */
  readonly former: readonly FormerStack[] | null;
}

/** An operator who may only invoke the functions gets a note, and everything else. */
async function formerOrNote(topology: Topology, cli: Cli): Promise<readonly FormerStack[] | null> {
  try {
    return await findFormerStacks(topology, cli);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    cli.io.stderr.write(`note: stacks that the file no longer has are not shown: ${error.message}\n`);
    return null;
  }
}

/** An operator who may only invoke the functions gets everything else. */
async function failedDeletionOf(topology: Topology, site: string, cli: Cli): Promise<readonly FormerStack[] | null> {
  const { region } = requireSite(topology, site);
  const name = namesOf(topology, { name: site }).stack;
  try {
    const stack = await describe({ region, name }, cli);
    return stack === undefined
      ? []
      : failedDeletions(topology, [{ name, region, status: stack.status }], cli.environment.nextCommand);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return null;
  }
}

/** What does not answer because it is deleted in part is not to be deployed: its deletion is to be continued. */
function withoutDeployment(
  unseen: QueriedSites['unseen'],
  { topology, former }: StatusView,
  next: NextCommand,
): QueriedSites['unseen'] {
  return unseen.map((each) => {
    const { stack } = namesOf({ name: topology }, each);
    return (former ?? []).some(({ name }) => name === stack)
      ? { ...each, hint: continueDeletion(each.name, next) }
      : each;
  });
}

/** Queries the sites in parallel. A site that cannot be queried does not hide the others. */
async function queryStatus(
  topology: Topology,
  name: string | undefined,
  { io, environment }: Cli,
): Promise<QueriedSites> {
  const sites = name === undefined ? topology.sites : [requireSite(topology, name)];
  const { found, unseen } = await askSites(sites, async (site) => {
    const siteRef = { topology, site };
    return siteView(
      siteRef,
      await invokeSite(siteRef, { action: 'status' }, SiteStatus, { environment, signal: io.signal }),
      environment.nextCommand,
    );
  });
  return { topology: topology.name, sites: await withCauses(topology, found, { io, environment }), unseen };
}

/** Of all sites; null: nothing worse than `attention` is known, and a site could not be queried. */
function overallSeverity({ sites, unseen, former }: Pick<StatusView, 'sites' | 'unseen' | 'former'>): Severity | null {
  const found = worstOf([
    ...sites.map(({ severity }) => severity),
    ...((former ?? []).length > 0 ? (['attention'] as const) : []),
  ]);
  return unseen.length > 0 && (found === 'ok' || found === 'attention') ? null : found;
}

/** Former stacks are looked for once. */
async function watch(
  first: StatusView,
  query: () => Promise<QueriedSites>,
  options: Options & { readonly watch: number },
  cli: Cli,
): Promise<ExitCode> {
  const { io, environment } = cli;
  const screen = io.stdout.isTTY === true && options.json !== true ? new LiveScreen(io.stdout) : undefined;
  const isOver = () => io.signal?.aborted === true;
  let view = first;
  try {
    while (!isOver()) {
      if (screen === undefined) show(view, options, cli);
      else screen.draw(frame(view, options, cli));
      await environment.sleep(options.watch * 1000, io.signal);
      if (!isOver()) view = { ...first, ...(await query()) };
    }
  } finally {
    screen?.leave();
  }
  return exitCodes.interrupted;
}

/** What the command prints, with the time at the end. */
function frame(view: StatusView, options: Options & { readonly watch: number }, { environment, colours }: Cli): string {
  const printed: string[] = [];
  const output = { write: (text: string) => printed.push(text) };
  show(view, options, { io: { stdout: output, stderr: output }, environment, colours });
  const every = `every ${duration(options.watch * 1000)}; Ctrl-C ends`;
  return `${printed.join('')}${colours().dim(`${utcTime(environment.now())}, ${every}`)}`;
}

function show(
  view: StatusView,
  { json, watch: again }: Options,
  { io, environment, colours }: Pick<Cli, 'environment' | 'colours'> & { readonly io: Pick<Io, 'stdout' | 'stderr'> },
): ExitCode {
  const { topology, sites, former } = view;
  const unseen = withoutDeployment(view.unseen, view, environment.nextCommand);
  const exitCode =
    unseen.length > 0
      ? exitCodes.failed
      : sites.every(({ healthy }) => healthy) && (former ?? []).length === 0
        ? exitCodes.done
        : exitCodes.attention;
  if (json === true) {
    const write = again === undefined ? writeJson : writeJsonLine;
    write(io.stdout, 'status', {
      version: PRODUCT_VERSION,
      topology,
      healthy: exitCode === exitCodes.done,
      severity: overallSeverity({ sites, unseen, former }),
      sites,
      unseen,
      former,
    });
  } else {
    io.stdout.write(sites.map((site) => `${showSite(site, colours())}\n\n`).join(''));
    io.stdout.write((former ?? []).map(({ says }) => `${colours().yellow('!')} ${says}.\n`).join(''));
  }
  for (const { says, hint } of unseen) io.stderr.write(`${says}\n${hint === undefined ? '' : `    hint: ${hint}\n`}`);
  return exitCode;
}
