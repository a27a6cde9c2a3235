import type { ImageFixture, RegionFixture } from '#emulator/account.ts';
import { vcpusOf } from './instance-types.ts';
import type { Catalog, Image } from './model/catalog.ts';

/** Of the fixture's instances, whose type is not stated. */
export const FIXTURE_TYPE = 't3.medium';

/** Standard On-Demand instances: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-quotas.html */
const DEFAULT_VCPUS = 5;

/** @param raised quotas of the account: `Account.raisedQuotas` */
export function catalogOf(region: string, fixture: RegionFixture, raised: Readonly<Record<string, number>>): Catalog {
  return {
    zones: fixture.zones ?? ['a', 'b', 'c'].map((letter) => `${region}${letter}`),
    images: new Map((fixture.images ?? []).map((image) => [image.id, imageOf(image)])),
    unsupportedTypes: fixture.unsupportedTypes ?? {},
    quotas: {
      vpcs: raised['VPCs'] ?? 5,
      elasticIps: raised['Elastic IP addresses'] ?? 5,
      // The quota of an account that runs the fixture's instances has been raised by what they take.
      vcpus: raised['vCPUs'] ?? DEFAULT_VCPUS + fixture.instances.length * vcpusOf(FIXTURE_TYPE),
      rulesPerGroup: 60,
      groupsPerInterface: 5,
    },
  };
}

function imageOf({ id, name, owner, architecture, rootDevice, createdAt, product, subscribed }: ImageFixture): Image {
  return {
    id,
    name,
    owner,
    architecture: architecture ?? 'x86_64',
    rootDevice: rootDevice ?? '/dev/xvda',
    product,
    subscribed: subscribed ?? true,
    createdAt: Date.parse(createdAt ?? '2026-01-01T00:00:00.000Z'),
  };
}
