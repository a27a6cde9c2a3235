import { type ExitCode, exitCodes } from '#cli/output/exit-codes.ts';
import type { Topology } from '#topology/topology.ts';
import packageJson from '../package.json' with { type: 'json' };
import { type Preflight, preflight } from './account/preflight.ts';
import { priceOf, showPrice } from './account/price.ts';
import { destroyEverything } from './destroy-everything.ts';
import { gameDays } from './events/game-days.ts';
import { switchovers } from './events/switchovers.ts';
import { upgradeFirstSite } from './events/upgrades.ts';
import { deployHosts } from './hosts/hosts.ts';
import type { AcceptanceOptions } from './options.ts';
import type { AcceptancePorts } from './ports.ts';
import { reportMarkdown } from './report/markdown.ts';
import { hasProblems, type ReportDraft, reportJson } from './report/report.ts';
import { measureRouteLatencies } from './route-latency.ts';
import { type RunContext, StepFailed } from './run-context.ts';
import { readInstances, requireDone, untilFit } from './site-state.ts';

/** Routers build themselves: packages, keys, configuration, BGP, and two rounds of the probe. */
const BUILT_WITHIN_MS = 40 * 60_000;

/** What a run is given. */
export interface AcceptanceRun {
  readonly options: Pick<AcceptanceOptions, 'switchovers' | 'flips' | 'yes' | 'dryRun' | 'destroy' | 'profile'>;
  /** As in the file, under the name of the run. */
  readonly topology: Topology;
  /** Whether the SSM agent's package is there. */
  readonly hasAgent: boolean;
  /** Writes the topology file of the run, with the image of each site. @returns its path */
  writeTopology(images: Preflight['images']): string;
  readonly ports: AcceptancePorts;
  /** `work`: the first Ctrl-C. `removal`: the second one. */
  readonly signals: { readonly work: AbortSignal; readonly removal: AbortSignal };
}

/** Checks → price → question → deploy and measure → report → destroy, which follows whatever happened after the question. */
export async function runAcceptance(run: AcceptanceRun): Promise<ExitCode> {
  const { options, topology, ports, signals } = run;
  if (options.destroy) return remove(run, run.writeTopology({}));
  const checked = await preflight(topology, run.hasAgent, ports, signals.work);
  for (const note of checked.notes) ports.show(`note: ${note}`);
  for (const obstacle of checked.obstacles) ports.show(`obstacle: ${obstacle}`);
  ports.show(showPrice(priceOf(topology)));
  const { account } = checked;
  if (checked.obstacles.length > 0 || account === undefined) return exitCodes.usage;
  if (options.dryRun) return exitCodes.done;
  if (!options.yes && (await ports.ask(question(account, topology)))?.trim() !== account) {
    ports.show('Declined; nothing was created.');
    return exitCodes.notDone;
  }
  const context: RunContext = {
    topology,
    file: run.writeTopology(checked.images),
    ports,
    signal: signals.work,
    report: emptyReport(topology, checked, ports),
  };
  await measure(context, options);
  writeReport(context.report, ports);
  const removed = await remove(run, context.file);
  if (signals.work.aborted) return exitCodes.interrupted;
  ports.show('Please attach both files to an issue of the project: docs/first-account.md. Nothing was uploaded.');
  return hasProblems(context.report) ? exitCodes.failed : removed;
}

function question(account: string, topology: Topology): string {
  const regions = topology.sites.map(({ region }) => region).join(' and ');
  return `This deploys into ${regions} of account ${account}, and destroys everything afterwards.\nEnter the account id to continue: `;
}

/** What fails is a problem of the report. Never throws. */
async function measure(
  context: RunContext,
  { switchovers: count, flips }: Pick<AcceptanceOptions, 'switchovers' | 'flips'>,
): Promise<void> {
  const { report, signal } = context;
  try {
    await step('latency of route changes', context, () => measureRouteLatencies(flips, context));
    await deployAll(context);
    const isComplete =
      (await switchovers(count, context)) && (await gameDays(context)) && (await upgradeFirstSite(context));
    if (!isComplete) report.problems.push('The remaining events were left out, because the site was not as before.');
  } catch (error) {
    const { message, stack } = error as Error;
    const problem = signal.aborted ? 'Interrupted.' : error instanceof StepFailed ? message : (stack ?? message);
    report.problems.push(problem);
    context.ports.show(problem);
  }
}

async function deployAll(context: RunContext): Promise<void> {
  const { file, ports, signal } = context;
  await step('keys', context, () => requireDone(['secrets', 'create', '--yes'], context));
  await step('cdk deploy', context, () => ports.deploy(file, signal));
  await step('routers build themselves', context, () => untilFit(BUILT_WITHIN_MS, context));
  await step('measuring hosts', context, () => deployHosts(context));
  await readSoftware(context);
}

async function step(name: string, { ports, report, signal }: RunContext, work: () => Promise<unknown>): Promise<void> {
  signal.throwIfAborted();
  ports.show(name);
  const began = ports.now();
  await work();
  signal.throwIfAborted();
  report.steps.push({ name, tookMs: ports.now() - began });
}

async function readSoftware(context: RunContext): Promise<void> {
  const { ports, signal, report } = context;
  const found = await Promise.all(
    (await readInstances(context)).map(async ({ router, region, instance }) => {
      const software = await ports.cloud.softwareOf(region, instance, signal);
      return software === undefined ? [] : [{ router, ...software }];
    }),
  );
  report.software = found.flat();
}

function emptyReport(topology: Topology, { images }: Preflight, ports: AcceptancePorts): ReportDraft {
  const routers = topology.sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
  return {
    version: packageJson.version,
    startedAt: new Date(ports.now()).toISOString(),
    endpoint: ports.endpoint,
    regions: topology.sites.map(({ region }) => region),
    images,
    instanceTypes: [...new Set(routers.flatMap(({ creation }) => creation?.instanceType ?? []))],
    steps: [],
    routeLatencies: [],
    events: [],
    software: [],
    problems: [],
  };
}

function writeReport(report: ReportDraft, ports: AcceptancePorts): void {
  ports.show(
    `Report: ${ports.write('report.md', reportMarkdown(report))}, ${ports.write('report.json', reportJson(report))}`,
  );
}

/** Removes everything, and names what is left with the command that continues. */
async function remove(
  { topology, ports, options: { profile }, signals }: AcceptanceRun,
  file: string,
): Promise<ExitCode> {
  const left = await destroyEverything({ topology, file, ports, signal: signals.removal });
  if (left.length === 0) {
    ports.show('Destroyed: nothing is left but the assets in the bucket of cdk bootstrap.');
    return exitCodes.done;
  }
  for (const each of left) ports.show(`left: ${each}`);
  ports.show(`next: npm run acceptance --${profile === undefined ? '' : ` --profile ${profile}`} --destroy`);
  return signals.removal.aborted ? exitCodes.interrupted : exitCodes.failed;
}
