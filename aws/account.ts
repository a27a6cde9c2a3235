/** What an account has in a Region before anything is deployed. */
import {
  DescribeAddressesCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { BOUNDED_DESK } from './bounds.ts';

/** Of `cdk bootstrap` with its default qualifier; `cdk deploy` reads the same parameter. */
const BOOTSTRAP = '/cdk-bootstrap/hnb659fds/version';

/** The account's id, which is part of the parameter's ARN. @returns undefined: the Region is not bootstrapped */
export async function bootstrappedAccount(region: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const { Parameter } = await new SSMClient({ ...BOUNDED_DESK, region }).send(
      new GetParameterCommand({ Name: BOOTSTRAP }),
      signal && { abortSignal: signal },
    );
    return Parameter?.ARN?.split(':')[4];
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}

export interface FoundImage {
  /** `ami-…` */
  readonly id: string;
  readonly name: string;
}

/** The newest image of an owner with this name, in which `*` stands for any text. @returns undefined: there is none */
export async function newestImage(
  region: string,
  { owner, name }: { readonly owner: string; readonly name: string },
  signal?: AbortSignal,
): Promise<FoundImage | undefined> {
  const { Images = [] } = await new EC2Client({ ...BOUNDED_DESK, region }).send(
    new DescribeImagesCommand({ Owners: [owner], Filters: [{ Name: 'name', Values: [name] }] }),
    signal && { abortSignal: signal },
  );
  const [newest] = Images.toSorted((a, b) => ((a.CreationDate ?? '') < (b.CreationDate ?? '') ? 1 : -1));
  return newest && { id: newest.ImageId ?? '', name: newest.Name ?? '' };
}

/** How many Elastic IPs the account has in a Region. */
export async function elasticIps(region: string, signal?: AbortSignal): Promise<number> {
  const { Addresses = [] } = await new EC2Client({ ...BOUNDED_DESK, region }).send(
    new DescribeAddressesCommand({}),
    signal && { abortSignal: signal },
  );
  return Addresses.length;
}

/** `subnet-…` of a VPC with this CIDR block; undefined: there is none. */
export async function findSubnet(
  region: string,
  { vpc, cidr }: { readonly vpc: string; readonly cidr: string },
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { Subnets: [found] = [] } = await new EC2Client({ ...BOUNDED_DESK, region }).send(
    new DescribeSubnetsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpc] },
        { Name: 'cidr-block', Values: [cidr] },
      ],
    }),
    signal && { abortSignal: signal },
  );
  return found?.SubnetId;
}
