import { RUN_SECONDS } from '#cli/cost/assumptions.ts';
import { isOf, lambdaUsage, type Runs } from '#cli/cost/lambda-usage.ts';
import { PRICES } from '#cli/cost/prices.ts';
import { runsOf } from '#cli/cost/site-usage.ts';
import type { Template } from '#cli/cost/template.ts';
import type { Site } from '#topology/topology.ts';
import type { MemoryTimes, SizeReport } from '../report.ts';

/** Of the Region to which the sources of the prices refer. */
const REGION = 'us-east-1';
const NO_RUNS: Runs = { scheduled: [], rounds: 0, asks: 0, messages: 0 };

/**
 * What the time of both functions costs in a month of a healthy site, with the runs and prices of `vyos-failover cost`. AWS's own
 * time in each run is assumed there; the function's own was measured.
 */
export function usdAMonth(mb: number, times: MemoryTimes, site: Site, template: Template): SizeReport['usdAMonth'] {
  const templates = [withMemory(template, mb)];
  const { scheduled, asks, messages } = runsOf(site, templates);
  const seconds = {
    ...RUN_SECONDS,
    probe: RUN_SECONDS.probe + times.probeMs / 1000,
    ask: RUN_SECONDS.ask + times.askMs / 1000,
    contact: RUN_SECONDS.contact + times.contactMs / 1000,
  };
  const price = PRICES[REGION]?.of.lambdaGbSecond.usd ?? Number.NaN;
  const usd = (runs: Runs) =>
    lambdaUsage(runs, templates, seconds)
      .filter(({ priced }) => priced === 'lambdaGbSecond')
      .reduce((sum, { quantity }) => sum + quantity * price, 0);
  return {
    routeSwap: usd({ ...NO_RUNS, asks, messages }),
    healthProbe: usd({ ...NO_RUNS, scheduled: scheduled.filter(({ name }) => isOf(name, 'health-probe')) }),
  };
}

/** The template with another size for all of its functions. */
function withMemory({ Resources = {} }: Template, mb: number): Template {
  return {
    Resources: Object.fromEntries(
      Object.entries(Resources).map(([id, resource]) => [
        id,
        resource.Type === 'AWS::Lambda::Function'
          ? { ...resource, Properties: { ...resource.Properties, MemorySize: mb } }
          : resource,
      ]),
    ),
  };
}
