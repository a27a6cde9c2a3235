import { SiteStatus } from '#contracts/site-status.ts';
import { whyNotRunning } from '#failover/why-not-running.ts';
import type { Router } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { type MeasurementEnd, runMeasurement } from '../measure/run-measurement.ts';
import { CommandError } from '../output/command-error.ts';
import { routersOf } from '../require-name.ts';
import { invokeSite, type SiteRef } from '../transport/invoke-site.ts';
import { isWithoutCredentials } from '../transport/without-credentials.ts';
import { type HostResult, hostResult, questionsTo, type RouterResult, routerResult } from './connectivity.ts';

/** At least 20 packets that have time for a reply. */
const SERIES = { seconds: 3, everyMs: 100 } as const;
/** A measurement sends to this many addresses at once. */
const MOST_PATHS = 50;
/** The largest packet between sites: the tunnels are on the internet. */
const INTERNET_MTU = 1500;

/**
 * Measures both routers of a site at once. A router that does not answer does not hide the other.
 *
 * @throws CommandError (exit code 1) without valid credentials
 */
export async function measureSite(where: SiteRef, cli: Cli): Promise<readonly RouterResult[]> {
  const status = await statusOf(where, cli);
  return Promise.all(
    routersOf(where.site).map(async (router) => {
      const questions = questionsTo(router.name, where.site, where.topology);
      const why = whyNotRunning(status?.seen.routers[router.name]);
      const end = why === undefined ? await measureRouter(router, where, questions, cli) : unmeasured(why);
      return routerResult({ router: router.name, owner: router.name === status?.owner }, questions, end);
    }),
  );
}

function unmeasured(why: string): MeasurementEnd {
  return { measured: false, why };
}

/** Undefined: the site's function does not answer, which does not prevent a measurement. */
async function statusOf(where: SiteRef, { environment, io }: Cli): Promise<SiteStatus | undefined> {
  try {
    return await invokeSite(where, { action: 'status' }, SiteStatus, { environment, signal: io.signal });
  } catch (error) {
    if (!(error instanceof CommandError) || isWithoutCredentials(error)) throw error;
    io.stderr.write(`note: it is unknown which router has the routes: ${error.message}\n`);
    return undefined;
  }
}

async function measureRouter(
  { eni, instance: named }: Router,
  where: SiteRef,
  { paths, fronts }: ReturnType<typeof questionsTo>,
  cli: Cli,
): Promise<MeasurementEnd> {
  return measuredOrWhy(cli, async () => {
    const attached = await cli.environment.cloud.attachmentOf(where.site.region, eni, cli.io.signal);
    const instance = attached?.instance ?? named;
    if (instance === undefined) return { measured: false, why: 'its interface is attached to no instance' };
    const routes = fronts.map(({ address }) => address);
    const targets = paths.map(({ address, mtu }) => ({ address, mtu }));
    let found: MeasurementEnd = { measured: true, pings: {}, routes: {} };
    for (let first = 0; first < targets.length && found.measured; first += MOST_PATHS) {
      const pings = targets.slice(first, first + MOST_PATHS);
      const end: MeasurementEnd = await runMeasurement(where, { instance, ...SERIES, pings, routes }, cli);
      found = end.measured ? { ...end, pings: { ...found.pings, ...end.pings } } : end;
    }
    return found;
  });
}

/** Packets from a host of the site to a host at another site. */
export async function measureHost(
  where: SiteRef,
  { instance, to }: { readonly instance: string; readonly to: string },
  cli: Cli,
): Promise<HostResult> {
  const pings = [{ address: to, mtu: INTERNET_MTU }];
  const end = await measuredOrWhy(cli, () => runMeasurement(where, { instance, ...SERIES, pings }, cli));
  return hostResult({ from: instance, to }, end);
}

/** A call that AWS refuses is a machine that could not be measured. @throws if the signal aborts */
async function measuredOrWhy(cli: Cli, measure: () => Promise<MeasurementEnd>): Promise<MeasurementEnd> {
  try {
    return await measure();
  } catch (error) {
    if (cli.io.signal?.aborted === true) throw error;
    const { name, message } = error as Error;
    return { measured: false, why: `${name}: ${message}` };
  }
}
