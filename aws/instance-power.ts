/** Starts and stops single instances, and reads their serial consoles. */
import {
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { BOUNDED_DESK } from './bounds.ts';

const client = (region: string): EC2Client => new EC2Client({ ...BOUNDED_DESK, region });

export async function stopInstance(region: string, instance: string): Promise<void> {
  await client(region).send(new StopInstancesCommand({ InstanceIds: [instance] }));
}

/** An instance that is not `stopped` yet cannot be started. */
export async function startInstance(region: string, instance: string): Promise<void> {
  await client(region).send(new StartInstancesCommand({ InstanceIds: [instance] }));
}

/**
 * Throws unless EC2 permits the caller to start the instance (DryRun): `UnauthorizedOperation`, or why it could not be asked. EC2 does
 * not check [whether the start would succeed](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html).
 */
export async function rehearseStart(region: string, instance: string, signal?: AbortSignal): Promise<void> {
  try {
    await client(region).send(
      new StartInstancesCommand({ InstanceIds: [instance], DryRun: true }),
      signal && { abortSignal: signal },
    );
  } catch (error) {
    // How EC2 reports that the call is permitted.
    if (error instanceof Error && error.name === 'DryRunOperation') return;
    throw error;
  }
  throw new Error('EC2 did not answer DryRunOperation');
}

export async function rebootInstance(region: string, instance: string): Promise<void> {
  await client(region).send(new RebootInstancesCommand({ InstanceIds: [instance] }));
}

/** `running`, `stopped` …; undefined: there is no such instance. */
export async function instanceState(
  region: string,
  instance: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { Reservations = [] } = await client(region).send(
    new DescribeInstancesCommand({ InstanceIds: [instance] }),
    signal && { abortSignal: signal },
  );
  return Reservations[0]?.Instances?.[0]?.State?.Name;
}

/** The last 64 KB of an instance's serial console, as it is now. `Latest` needs an instance type of the Nitro System. */
export async function consoleOutput(region: string, instance: string, signal?: AbortSignal): Promise<string> {
  const { Output = '' } = await client(region).send(
    new GetConsoleOutputCommand({ InstanceId: instance, Latest: true }),
    signal && { abortSignal: signal },
  );
  return Buffer.from(Output, 'base64').toString('utf8');
}
