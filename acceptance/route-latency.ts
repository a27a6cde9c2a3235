import { exitCodes } from '#cli/output/exit-codes.ts';
import { meterStack } from '#cli/route-latency/meter-stack.ts';
import type { RouteLatencyView } from '#cli/views/route-latency-view.ts';
import type { Site } from '#topology/topology.ts';
import type { RunContext } from './run-context.ts';

/**
 * Measures how long a change of a route takes in the Region of each site. It comes before the deployment: later the routers use the
 * vCPUs of a new account's quota. A measurement that fails is a problem of the report, and the run continues.
 */
export async function measureRouteLatencies(flips: number, run: RunContext): Promise<void> {
  const { topology, file, ports, signal, report } = run;
  if (flips === 0) return;
  report.routeLatencies = await Promise.all(
    topology.sites.map(async ({ name, region }) => {
      const line = ['route-latency', name, '--flips', String(flips), '--yes'];
      const { exitCode, view } = await ports.cli(line, file, signal);
      signal.throwIfAborted();
      const {
        says = `ended with ${exitCode}`,
        summary = null,
        flips: all = [],
      } = (view ?? {}) as Partial<RouteLatencyView>;
      if (exitCode !== exitCodes.done) report.problems.push(`route-latency ${name}: ${says}`);
      return { site: name, region, says, summary, flips: all };
    }),
  );
}

type Meter = Pick<RunContext, 'topology' | 'file' | 'ports' | 'signal'>;

/** @returns why something of a measurement is still there */
export async function removeMeter(site: Site, { topology, file, ports, signal }: Meter): Promise<string[]> {
  const { region, name } = meterStack({ topology, site });
  if ((await ports.cloud.describeStack({ region, name }, signal)) === undefined) return [];
  const { exitCode, view } = await ports.cli(['route-latency', site.name, '--clean-up', '--yes'], file, signal);
  const { left = [] } = (view ?? {}) as Partial<RouteLatencyView>;
  return exitCode === exitCodes.done ? [] : [`stack ${name} in ${region}`, ...left];
}
