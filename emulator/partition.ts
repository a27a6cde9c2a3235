/** A group of regions with IAM, ARNs and host names of its own. */
export interface Partition {
  /** The second part of every ARN. */
  readonly name: string;
  /** What its services' hosts end in. */
  readonly suffix: string;
}

/**
 * By how the region's name begins, as in the SDK's own table:
 * https://github.com/aws/aws-sdk-js-v3/blob/main/packages/core/src/submodules/client/util-endpoints/lib/aws/partitions.json
 */
const PARTITIONS: readonly (Partition & { readonly regions: RegExp })[] = [
  { regions: /^cn-/, name: 'aws-cn', suffix: 'amazonaws.com.cn' },
  { regions: /^us-gov-/, name: 'aws-us-gov', suffix: 'amazonaws.com' },
  { regions: /^eusc-/, name: 'aws-eusc', suffix: 'amazonaws.eu' },
];

const COMMERCIAL: Partition = { name: 'aws', suffix: 'amazonaws.com' };

export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? COMMERCIAL;
}

/**
 * The one partition that an account with these regions is in.
 *
 * @throws Error where they are in two: accounts, credentials and roles of one do not exist in another
 * (https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html)
 */
export function partitionOfAll(regions: readonly string[]): Partition {
  const [first = '', ...others] = regions;
  const partition = partitionOf(first);
  const foreign = others.find((region) => partitionOf(region).name !== partition.name);
  if (foreign === undefined) return partition;
  throw new Error(
    `An account is in one partition: ${first} is in ${partition.name}, and ${foreign} in ${partitionOf(foreign).name}.`,
  );
}
