import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { BOUNDED_DESK } from './bounds.ts';
import { type CommandEnd, runCommand, type Time } from './run-command.ts';

const client = (region: string): SSMClient => new SSMClient({ ...BOUNDED_DESK, region });

/** Runs a shell script as root on an instance, by the SSM agent's own document. Never throws. */
export function runScript(
  region: string,
  { instance, script, deadlineMs }: { readonly instance: string; readonly script: string; readonly deadlineMs: number },
  time: Time,
): Promise<CommandEnd> {
  const document = 'AWS-RunShellScript';
  return runCommand(client(region), { document, instance, parameters: { commands: script }, deadlineMs }, time);
}

/** What the SSM agent of an instance states of itself and of the system. */
export interface Software {
  readonly agent: string;
  /** For example `VyOS 1.4.3`. */
  readonly system: string;
}

/** @returns undefined: Systems Manager knows no agent on the instance */
export async function softwareOf(
  region: string,
  instance: string,
  signal?: AbortSignal,
): Promise<Software | undefined> {
  const { InstanceInformationList: [found] = [] } = await client(region).send(
    new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [instance] }] }),
    signal && { abortSignal: signal },
  );
  if (found === undefined) return undefined;
  const { AgentVersion: agent = 'unknown', PlatformName = 'unknown', PlatformVersion = '' } = found;
  return { agent, system: `${PlatformName} ${PlatformVersion}`.trim() };
}
