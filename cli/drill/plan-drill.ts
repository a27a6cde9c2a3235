import { SiteStatus } from '#contracts/site-status.ts';
import { modeObstacle, workObstacles } from '#failover/planned-work.ts';
import { explainingEc2Faults } from '../created/explaining-stack-faults.ts';
import { CommandError } from '../output/command-error.ts';
import { routersOf } from '../require-name.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { requireSwitchoverPermission } from '../transport/require-switchover-permission.ts';
import { type SiteView, siteView } from '../views/site-view.ts';
import { unfinishedPushTexts } from '../views/unfinished-push.ts';
import { type DrillContext, DrillRefused, type PlannedDrill } from './drill-context.ts';
import { POWER } from './stop-owner.ts';
import { measureTraffic, type Traffic } from './traffic.ts';

/** Before the drill: long enough for 100 packets. */
const BASELINE_S = 6;

/**
 * Checks that the site may be drilled now, and that its traffic passes. Changes nothing.
 *
 * @throws DrillRefused with the reasons
 * @throws CommandError (exit code 1) if the caller may not order the return of the routes, or with --kill not start the instance
 */
export async function planDrill(drill: DrillContext): Promise<PlannedDrill> {
  const planned = await planForSite(drill);
  await requirePassingTraffic(drill);
  return planned;
}

/**
 * The same plan, read again after the operator's confirmation, which may have taken minutes.
 *
 * @throws DrillRefused if the site may no longer be drilled, or has another owner
 */
export async function confirmedPlan(planned: PlannedDrill, drill: DrillContext): Promise<PlannedDrill> {
  const now = await planForSite(drill);
  if (now.from === planned.from && now.instance === planned.instance) return now;
  throw new DrillRefused(`The drill does not begin: the owner was ${planned.from} and is now ${now.from}.`);
}

async function planForSite(drill: DrillContext): Promise<PlannedDrill> {
  const { where, cli } = drill;
  const by = { environment: cli.environment, signal: cli.io.signal };
  const status = await invokeSite(where, { action: 'status' }, SiteStatus, by);
  const obstacles = obstaclesTo(status, siteView(where, status, cli.environment.nextCommand));
  if (obstacles.length > 0) throw new DrillRefused(`The drill does not begin: ${obstacles.join('; ')}.`);
  const owner = routersOf(where.site).find(({ name }) => name === status.owner);
  const other = routersOf(where.site).find(({ name }) => name !== status.owner);
  if (owner === undefined || other === undefined)
    throw new DrillRefused('The drill does not begin: no router has the routes.');
  const attached = drill.kill
    ? await explainingEc2Faults(where.site.region, cli, () =>
        cli.environment.cloud.attachmentOf(where.site.region, owner.eni, cli.io.signal),
      )
    : undefined;
  if (drill.kill && attached === undefined)
    throw new DrillRefused(`The drill does not begin: the interface of ${owner.name} is attached to no instance.`);
  await requireOrders(owner.name, drill);
  if (attached !== undefined) await requireStart(attached.instance, drill);
  return { from: owner.name, to: other.name, instance: attached?.instance, at: status.seen.at };
}

/**
 * A viewer can read all that a plan needs. Without the permission to order the return, a drill would leave the routes, and with --kill
 * the traffic, at the other router.
 *
 * @throws CommandError (exit code 1)
 */
async function requireOrders(owner: string, drill: DrillContext): Promise<void> {
  const { where, cli, by, reason } = drill;
  const order = { id: cli.environment.newId(), to: owner, by, reason };
  const { site } = where;
  try {
    await requireSwitchoverPermission(where, order, { environment: cli.environment, signal: cli.io.signal });
  } catch (error) {
    if (!(error instanceof CommandError) || cli.io.signal?.aborted === true) throw error;
    const why = error.message.startsWith(`${site.name}: `) ? error.message.slice(site.name.length + 2) : error.message;
    throw notBegun(`it cannot order the return of the routes: ${why}`, error, drill);
  }
}

/**
 * Nothing but the drill starts the instance again. It reads the state until it is `stopped`, so both calls must be permitted.
 *
 * @throws CommandError (exit code 1)
 */
async function requireStart(instance: string, drill: DrillContext): Promise<void> {
  const { where, cli } = drill;
  const { region } = where.site;
  const { cloud } = cli.environment;
  try {
    await explainingFaults({ service: 'EC2', region, grant: POWER }, cli, async () => {
      await cloud.instanceState(region, instance, cli.io.signal);
      await cloud.rehearseStart(region, instance, cli.io.signal);
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw notBegun(`it cannot prove that it may start instance ${instance} again: ${error.message}`, error, drill);
  }
}

function notBegun(why: string, cause: CommandError, { where }: DrillContext): CommandError {
  return new CommandError(cause.exitCode, `${where.site.name}: the drill does not begin, because ${why}`, { cause });
}

/** A drill risks a failure of its own, so a site that has lost redundancy or is in the middle of other work gets none. */
function obstaclesTo({ seen, push }: SiteStatus, { severity, attention }: SiteView): string[] {
  const mode = modeObstacle(seen);
  const found = [
    ...workObstacles(seen).map(({ says }) => says),
    ...(mode === undefined ? [] : [mode.says]),
    ...(push === null ? ['the state of configuration pushes cannot be read'] : []),
    ...(push === null || push === undefined ? [] : unfinishedPushTexts(push)),
  ];
  const isUnsound = severity === 'down' || severity === 'degraded';
  return isUnsound && found.length === 0 ? [...attention] : found;
}

/** Packets that were lost before the drill would be counted as lost by it. */
async function requirePassingTraffic(drill: DrillContext): Promise<void> {
  if (drill.host === undefined) return;
  const traffic = await measureTraffic(drill, { ...drill.host, seconds: BASELINE_S });
  const { instance, to } = drill.host;
  drill.cli.io.signal?.throwIfAborted();
  const why = whyNotPassing(traffic, `from ${instance} to ${to}`);
  if (why !== undefined) throw new DrillRefused(`The drill does not begin: ${why}.`);
}

function whyNotPassing(traffic: Traffic, path: string): string | undefined {
  if (!traffic.measured) return `the packets ${path} could not be measured: ${traffic.why}`;
  const { sent, received, error } = traffic;
  if (error !== null || sent === 0) return `no packet could be sent ${path}: ${error ?? 'ping gave no reason'}`;
  return received < sent ? `${sent - received} of ${sent} packets ${path} were lost before it` : undefined;
}
