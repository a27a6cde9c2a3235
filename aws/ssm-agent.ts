import { DescribeInstanceInformationCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { utcTime } from '#failover/utc-time.ts';
import { isTooOld, OLDEST_AGENT } from './agent-version.ts';
import type { CommandEnd } from './run-command.ts';

/**
 * What Systems Manager knows of an instance's agent. `none`: nothing, as of every VyOS image before an agent is installed on
 * it. `lost`: it was there, and reports no more.
 */
export type SsmAgent = {
  /** `i-…` */
  readonly instance: string;
} & (
  | { readonly kind: 'none' }
  | { readonly kind: 'lost' | 'online'; readonly version: string; readonly lastPingAt: number | undefined }
);

/**
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 *
 * @returns undefined if SSM does not answer; never throws
 */
export async function describeAgent(ssm: SSMClient, instance: string): Promise<SsmAgent | undefined> {
  try {
    const { InstanceInformationList: list } = await ssm.send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [instance] }] }),
    );
    if (list === undefined) return undefined;
    const [found] = list;
    if (found === undefined) return { instance, kind: 'none' };
    const { PingStatus, AgentVersion: version = 'of an unknown version', LastPingDateTime } = found;
    const kind = PingStatus === 'Online' ? 'online' : 'lost';
    return { instance, kind, version, lastPingAt: LastPingDateTime?.getTime() };
  } catch {
    return undefined;
  }
}

/** Why the agent cannot run commands, as a clause; undefined: it can, or that is unknown. */
export function agentFault(agent: SsmAgent | undefined): string | undefined {
  if (agent === undefined) return undefined;
  const { instance } = agent;
  if (agent.kind === 'none') {
    return `no agent: Systems Manager knows no SSM agent on ${instance}; VyOS brings none: install the bundle made with --agent (docs/routers.md)`;
  }
  const { kind, version, lastPingAt } = agent;
  if (kind === 'lost') {
    const since = lastPingAt === undefined ? '' : ` since ${utcTime(lastPingAt)}`;
    return `no agent: the SSM agent ${version} on ${instance} has not been heard of${since}`;
  }
  return isTooOld(version)
    ? `the SSM agent on ${instance} is ${version}, and it takes ${OLDEST_AGENT} or later (docs/routers.md)`
    : undefined;
}

/** The end of a command that was not answered, with what is known of the agent before SSM's own words. */
export function withAgent(end: CommandEnd, agent: SsmAgent | undefined): CommandEnd {
  const fault = agentFault(agent);
  return end.kind !== 'silent' || fault === undefined ? end : { ...end, why: `${fault} (${end.why})` };
}
