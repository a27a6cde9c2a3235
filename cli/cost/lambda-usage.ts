import { RUN_SECONDS } from './assumptions.ts';
import { functionIn, type ScheduledFunction } from './scheduled-functions.ts';
import { propertiesOf, type Template } from './template.ts';
import type { Usage } from './usage.ts';

type RunSeconds = Readonly<Record<keyof typeof RUN_SECONDS, number>>;

/** What the functions of a healthy site do in a month. */
export interface Runs {
  readonly scheduled: readonly ScheduledFunction[];
  /** Rounds of health-probe. */
  readonly rounds: number;
  /** Runs of route-swap that health-probe asks for. */
  readonly asks: number;
  /** Runs of route-swap for contacts and heartbeats. */
  readonly messages: number;
}

/** Pure. @param seconds that a function runs, by what starts it */
export function lambdaUsage(
  { scheduled, asks, messages }: Runs,
  templates: readonly Template[],
  { probe, ask, contact, other }: RunSeconds = RUN_SECONDS,
): Usage[] {
  const swap = propertiesOf(templates, 'AWS::Lambda::Function')
    .map(functionIn)
    .find(({ name }) => isOf(name, 'route-swap'));
  const gbSeconds = scheduled.reduce(
    (sum, { name, runsAMonth, memory }) => sum + runsAMonth * memory * (isOf(name, 'health-probe') ? probe : other),
    (asks * ask + messages * contact) * (swap?.memory ?? 0),
  );
  const requests = scheduled.reduce((sum, { runsAMonth }) => sum + runsAMonth, asks + messages);
  return [
    {
      what: 'Lambda time',
      share: 'ours',
      quantity: gbSeconds,
      priced: 'lambdaGbSecond',
      assumes: `${probe} s for a probe, ${ask} s for its question, ${contact} s for a message, ${other} s for other functions`,
    },
    { what: 'Lambda requests', share: 'ours', quantity: requests, priced: 'lambdaRequest' },
  ];
}

/** Whether a function is the one of that folder: `vyos-failover-NAME--SITE--route-swap`. */
export function isOf(functionName: string, folder: string): boolean {
  return functionName.endsWith(`--${folder}`);
}
