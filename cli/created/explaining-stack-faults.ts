import type { Cli } from '../cli.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';

/** Calls CloudFormation. @throws CommandError (exit code 1) with the Region, the cause and a hint, if the call fails */
export function explainingStackFaults<T>(region: string, cli: Pick<Cli, 'io'>, call: () => Promise<T>): Promise<T> {
  return explainingFaults({ service: 'CloudFormation', region, grant: CLOUDFORMATION }, cli, call);
}

/** The same for EC2. */
export function explainingEc2Faults<T>(region: string, cli: Pick<Cli, 'io'>, call: () => Promise<T>): Promise<T> {
  return explainingFaults({ service: 'EC2', region, grant: EC2 }, cli, call);
}

const CLOUDFORMATION =
  'grant cloudformation:DescribeStacks, DescribeStackEvents, GetTemplate, GetTemplateSummary, UpdateStack, UpdateTerminationProtection and DeleteStack on the stacks of this topology';
const EC2 =
  'grant ec2:DescribeNetworkInterfaces, ec2:DescribeImages, ec2:DescribeInstanceTypeOfferings and ec2:ModifyInstanceAttribute';
