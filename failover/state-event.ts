import { NOT_RUNNING } from './certain-failure.ts';
import type { InstanceState } from './observation.ts';
import type { Trigger } from './trigger.ts';

/**
 * For so long after an event DescribeInstanceStatus may still answer with what was before it: EC2's API is eventually
 * consistent (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). No instance stops and runs again
 * within that time, so a `running` that contradicts the event is the older of the two.
 */
const DESCRIBE_LAGS_MS = 15_000;
/** An instance in one of these never runs again: such an event does not age. */
const FINAL: ReadonlySet<string> = new Set(['shutting-down', 'terminated']);

/**
 * The state of an instance by the newer of two words: what Describe answers, and the state-change event that caused the
 * look. Only an event that says that the instance ends or stops counts, and only against a Describe that knows of nothing.
 *
 * @param instance `i-…` that the router's interface is attached to
 * @param described what DescribeInstanceStatus answered about it
 * @param now ms since the epoch, by AWS's clock
 */
export function newestState(instance: string, described: InstanceState, trigger: Trigger, now: number): InstanceState {
  if (trigger.kind !== 'ec2' || trigger.instance !== instance || !NOT_RUNNING.has(trigger.state)) return described;
  if (described !== 'running' && described !== 'unknown') return described;
  const isNewer = trigger.at !== undefined && now - trigger.at <= DESCRIBE_LAGS_MS;
  return isNewer || FINAL.has(trigger.state) ? (trigger.state as InstanceState) : described;
}
