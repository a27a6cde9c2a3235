import type { Cli } from '../cli.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';

const GRANTS = {
  CloudFormation:
    'grant cloudformation:CreateStack, DescribeStacks, DescribeStackEvents and DeleteStack, and what docs/route-latency.md lists',
  EC2: 'grant ec2:GetConsoleOutput',
} as const;

/** Calls AWS for a measurement. @throws CommandError (exit code 1) with the Region, the cause and a hint, if the call fails */
export function explainingMeterFaults<T>(
  service: keyof typeof GRANTS,
  region: string,
  cli: Pick<Cli, 'io'>,
  call: () => Promise<T>,
): Promise<T> {
  return explainingFaults({ service, region, grant: GRANTS[service] }, cli, call);
}
