import { CommandError } from '../output/command-error.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';
import { type DrillContext, isInterrupted, report } from './drill-context.ts';
import { findSwap, type Moved, NOT_BEGUN, switchoverTo } from './move.ts';

/** Beyond the slowest trigger, the second round of the probe. */
const SWAP_WITHIN_MS = 180_000;
const SWAP_POLL_MS = 3_000;
const STOPPED_WITHIN_MS = 5 * 60_000;
const STOPPED_POLL_MS = 5_000;
/** Until then EC2 may still describe an instance as running whose stop it has accepted. */
const SHOWN_WITHIN_MS = 60_000;

/** What a drill with --kill stops. */
export interface Stopped {
  readonly instance: string;
  readonly to: string;
  /** Of AWS, when the drill was planned: swaps before it are not the drill's. */
  readonly since: number;
}

/**
 * Stops the owner's instance and waits until the site has failed over by itself. If it does not in time, or loses more than the
 * budget permits, or the measuring host fails, an operator's switchover moves the routes.
 *
 * @param mustEnd whether the measurement has ended because of its budget, or has failed
 */
export async function stopOwner(
  { instance, to, since }: Stopped,
  drill: DrillContext,
  mustEnd: () => boolean,
): Promise<Moved> {
  const { where, cli } = drill;
  const { environment, io } = cli;
  const { region } = where.site;
  if (isInterrupted(drill)) return NOT_BEGUN;
  await explainingFaults({ service: 'EC2', region, grant: POWER }, cli, () =>
    environment.cloud.stopInstance(region, instance),
  );
  report(drill, `instance ${instance} is stopping`);
  const until = environment.now() + SWAP_WITHIN_MS;
  while (!isInterrupted(drill) && !mustEnd() && environment.now() < until) {
    const swap = await failoverSince(since, to, drill);
    if (swap !== undefined) return { done: true, says: swap.says, swap };
    await environment.sleep(SWAP_POLL_MS, io.signal);
  }
  const late = await failoverSince(since, to, drill);
  if (late !== undefined) return { done: true, says: late.says, swap: late };
  report(drill, `the site has not failed over; ordering a switchover to ${to}`);
  const ordered = await switchoverTo(to, drill);
  return { ...ordered, done: false, says: `The site did not fail over by itself. ${ordered.says}` };
}

/** Undefined: none yet, or the site did not answer, which does not end a drill that is under way. */
async function failoverSince(since: number, to: string, drill: DrillContext) {
  try {
    return await findSwap(drill, ({ at, owner }) => at >= since && owner === to);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** What --kill needs of EC2. */
export const POWER = 'grant ec2:StopInstances, ec2:StartInstances and ec2:DescribeInstances on the routers’ instances';

/**
 * Starts the instance, as soon as EC2 permits it. Ctrl-C does not interrupt this, and a call that fails is repeated, because nothing else
 * starts the instance.
 *
 * @returns undefined if EC2 accepted the start, or the instance did not stop; else the reason, in sentences with the command that starts it
 */
export async function startAgain(instance: string, drill: DrillContext): Promise<string | undefined> {
  const { environment } = drill.cli;
  const { region } = drill.where.site;
  const begin = environment.now();
  let why = 'EC2 does not show it as stopped';
  while (environment.now() < begin + STOPPED_WITHIN_MS) {
    try {
      const state = await environment.cloud.instanceState(region, instance);
      if (state === 'running' && environment.now() >= begin + SHOWN_WITHIN_MS) return undefined;
      if (state === 'stopped') {
        await environment.cloud.startInstance(region, instance);
        report(drill, `instance ${instance} is starting`);
        return undefined;
      }
      if (state === undefined) return `Instance ${instance} is not started again, because EC2 has no such instance.`;
    } catch (error) {
      const { message } = error as Error;
      if (message !== why) report(drill, `instance ${instance} is not started yet: ${message}`);
      why = message;
    }
    await environment.sleep(STOPPED_POLL_MS, undefined);
  }
  const start = `aws ec2 start-instances --region ${region} --instance-ids ${instance}`;
  return `Instance ${instance} is not started again: ${why}. To start it: ${start}`;
}
