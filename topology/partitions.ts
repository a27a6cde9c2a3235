/** A group of regions with accounts, IAM, ARNs and host names of its own. */
export interface Partition {
  /** The second part of every ARN, such as `aws-cn`. */
  readonly name: string;
  /** Its name in messages. */
  readonly title: string;
  /** What its services' hosts end in, such as `amazonaws.com.cn`. */
  readonly urlSuffix: string;
}

/** https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html, by how a region's name begins. */
const PARTITIONS: readonly (Partition & { readonly regions: RegExp })[] = [
  { regions: /^cn-/, name: 'aws-cn', title: 'AWS China', urlSuffix: 'amazonaws.com.cn' },
  { regions: /^us-gov-/, name: 'aws-us-gov', title: 'AWS GovCloud (US)', urlSuffix: 'amazonaws.com' },
  { regions: /^eusc-/, name: 'aws-eusc', title: 'the AWS European Sovereign Cloud', urlSuffix: 'amazonaws.eu' },
  { regions: /^us-iso-/, name: 'aws-iso', title: 'AWS Top Secret', urlSuffix: 'c2s.ic.gov' },
  { regions: /^us-isob-/, name: 'aws-iso-b', title: 'AWS Secret', urlSuffix: 'sc2s.sgov.gov' },
  { regions: /^eu-isoe-/, name: 'aws-iso-e', title: 'AWS Isolated Europe', urlSuffix: 'cloud.adc-e.uk' },
  { regions: /^us-isof-/, name: 'aws-iso-f', title: 'AWS Isolated F', urlSuffix: 'csp.hci.ic.gov' },
];

const COMMERCIAL: Partition = { name: 'aws', title: 'commercial AWS', urlSuffix: 'amazonaws.com' };

export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? COMMERCIAL;
}
