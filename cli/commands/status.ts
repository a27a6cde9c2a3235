import { SiteStatus } from '#contracts/site-status.ts';
import type { Topology } from '#topology/topology.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { type QueryOptions, queryOptions, wholeNumber } from '../options.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson, writeJsonLine } from '../output/json.ts';
import { requireSite } from '../require-name.ts';
import { requireTopology } from '../topology-file.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { showSite } from '../views/show-site.ts';
import { type SiteView, siteView } from '../views/site-view.ts';

interface Options extends QueryOptions {
  readonly watch?: number;
}

/** `status [SITE]`: the sites as they are now; exit code 3 where one needs attention. */
export const status: AddCommand = (program, cli) => {
  const command = program
    .command('status')
    .helpGroup('Look:')
    .description('Show each site: its owner, what is wrong, its routers and whether they are fit.')
    .argument('[SITE]', 'only this one (default: all)')
    .option('-w, --watch <SECONDS>', 'again and again, until Ctrl-C; one JSON object a line', wholeNumber(1, 3600))
    .action(
      cli.action(async (name: string | undefined, options: Options) => {
        const topology = await requireTopology(options.topology, cli.io);
        return options.watch === undefined
          ? show(await look(topology, name, cli), options, cli)
          : watch(topology, name, options.watch, options, cli);
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover status',
    'vyos-failover status tokyo --watch 5',
    'vyos-failover status --json | jq -r ".sites[] | select(.healthy | not) | .attention[]"',
  ]);
};

/** `hint`: what to do next. */
interface Unseen {
  readonly name: string;
  readonly region: string;
  readonly says: string;
  readonly hint?: string;
}

/** `sites` that answered, and `unseen` that did not, with the reason. */
interface Look {
  readonly topology: string;
  readonly sites: readonly SiteView[];
  readonly unseen: readonly Unseen[];
}

/** One site that cannot be asked keeps nobody from seeing the others. */
async function look(topology: Topology, name: string | undefined, { io, environment }: Cli): Promise<Look> {
  const sites = name === undefined ? topology.sites : [requireSite(topology, name)];
  const looks = await Promise.all(
    sites.map(async (site) => {
      const siteRef = { topology, site };
      try {
        const answer = await invokeSite(siteRef, { action: 'status' }, SiteStatus, { environment, signal: io.signal });
        return siteView(siteRef, answer);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        return { name: site.name, region: site.region, ...saysAndHint(error.message) };
      }
    }),
  );
  return {
    topology: topology.name,
    sites: looks.filter((each) => 'routers' in each),
    unseen: looks.filter((each) => 'says' in each),
  };
}

async function watch(
  topology: Topology,
  name: string | undefined,
  seconds: number,
  options: Options,
  cli: Cli,
): Promise<ExitCode> {
  const { io, environment } = cli;
  const clear = io.stdout.isTTY === true && options.json !== true ? '\u001b[H\u001b[2J' : '';
  while (io.signal?.aborted !== true) {
    const seen = await look(topology, name, cli);
    if (clear !== '') io.stdout.write(clear);
    show(seen, options, cli);
    await environment.sleep(seconds * 1000, io.signal);
  }
  return exitCodes.interrupted;
}

function show({ topology, sites, unseen }: Look, { json, watch: again }: Options, { io, colours }: Cli): ExitCode {
  const exitCode =
    unseen.length > 0 ? exitCodes.failed : sites.every(({ healthy }) => healthy) ? exitCodes.done : exitCodes.attention;
  if (json === true) {
    const write = again === undefined ? writeJson : writeJsonLine;
    write(io.stdout, 'status', { topology, healthy: exitCode === exitCodes.done, sites, unseen });
  } else io.stdout.write(sites.map((site) => `${showSite(site, colours())}\n\n`).join(''));
  for (const { says, hint } of unseen) io.stderr.write(`${says}\n${hint === undefined ? '' : `    hint: ${hint}\n`}`);
  return exitCode;
}
