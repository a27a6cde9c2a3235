import { NOT_RUNNING } from './certain-failure.ts';
import { DESCRIBE_LAGS_MS } from './limits.ts';
import type { InstanceState } from './observation.ts';
import type { Trigger } from './trigger.ts';

/** An instance in one of these states never runs again, so the event stays valid however old it is. */
const FINAL: ReadonlySet<string> = new Set(['shutting-down', 'terminated']);

/**
 * The state of an instance by the newer of two sources: Describe, and the state-change event that triggered this run. The
 * event counts only if it reports a stop or an end, and only against a Describe that still shows `running`, or nothing.
 *
 * @param instance `i-…` that the router's interface is attached to; undefined: none
 * @param described its state by DescribeInstanceStatus
 * @param now ms since the epoch, by AWS's clock
 */
export function newestState(
  instance: string | undefined,
  described: InstanceState,
  trigger: Trigger,
  now: number,
): InstanceState {
  if (trigger.kind !== 'ec2' || trigger.instance !== instance || !NOT_RUNNING.has(trigger.state)) return described;
  if (described !== 'running' && described !== 'unknown') return described;
  const isNewer = trigger.at !== undefined && now - trigger.at <= DESCRIBE_LAGS_MS;
  return isNewer || FINAL.has(trigger.state) ? (trigger.state as InstanceState) : described;
}
