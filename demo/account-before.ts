import type { Account, ImageFixture, RegionFixture } from '#emulator/account.ts';
import { defaultAccountId } from '#emulator/ec2/fixture.ts';
import type { Image, Router, Topology } from '#topology/topology.ts';
import { accountOf } from './account-of-topology.ts';
import { withAmazonLinux } from './amazon-linux.ts';

/**
 * The account before a topology is deployed: the networks and routers of the sites that exist, the networks in which routers are
 * created, VyOS images, and Amazon Linux. Pure.
 */
export function accountBefore(topology: Topology): Account {
  const isExisting = ({ active, standby }: Topology['sites'][number]['routers']) =>
    active.creation === undefined && standby.creation === undefined;
  const existing = topology.sites.filter(({ vpc, routers }) => !vpc.create && isExisting(routers));
  const account = accountOf({ ...topology, sites: existing }, () => undefined);
  const regions = [...new Set(topology.sites.map(({ region }) => region))].map((region): [string, RegionFixture] => {
    const plain = account.regions[region] ?? NOTHING;
    const here = topology.sites.filter((site) => site.region === region && !existing.includes(site));
    return [
      region,
      {
        ...plain,
        ...subnetsFor(here, plain),
        images: [...IMAGES, ...here.flatMap((site) => imagesOf(site, account.id))],
        parameters: here.flatMap(parametersOf),
      },
    ];
  });
  return withAmazonLinux({ ...account, regions: Object.fromEntries(regions) });
}

const NOTHING: RegionFixture = { vpcs: [], subnets: [], interfaces: [], instances: [], routeTables: [] };

/** VyOS in AWS Marketplace, to which this account is subscribed. */
const IMAGES: readonly ImageFixture[] = ['1.4.3', '1.5.0'].map((version, index) => ({
  id: `ami-0c00000000000000${index + 1}`,
  name: `VyOS ${version}`,
  owner: '679593333241',
}));

/** The VPCs, subnets and route tables in which routers are created. */
function subnetsFor(
  sites: readonly Topology['sites'][number][],
  { vpcs, subnets, routeTables }: RegionFixture,
): Pick<RegionFixture, 'vpcs' | 'subnets' | 'routeTables'> {
  const inVpc = sites.filter(({ vpc }) => !vpc.create);
  return {
    vpcs: [...vpcs, ...inVpc.map(({ vpc: { id, cidrs } }) => ({ id, cidr: cidrs[0], moreCidrs: cidrs.slice(1) }))],
    subnets: [
      ...subnets,
      ...inVpc.flatMap(({ vpc, routers }) => both(routers).flatMap((router) => subnetOf(router, vpc.id))),
    ],
    routeTables: [
      ...routeTables,
      ...inVpc.flatMap(({ vpc, routeTables: tables }) => tables.map(({ id }) => ({ id, vpc: vpc.id, routes: [] }))),
    ],
  };
}

function subnetOf({ creation, subnet }: Router, vpc: string): RegionFixture['subnets'] {
  return creation?.subnetId === undefined ? [] : [{ id: creation.subnetId, vpc, cidr: subnet }];
}

const both = ({ active, standby }: Topology['sites'][number]['routers']) => [active, standby];

const imageIn = ({ routers }: Topology['sites'][number]): Image[] =>
  both(routers).flatMap(({ creation }) => (creation === undefined ? [] : [creation.image]));

function imagesOf(site: Topology['sites'][number], owner = defaultAccountId): ImageFixture[] {
  return imageIn(site).flatMap((image) => ('id' in image ? [{ id: image.id, name: 'VyOS', owner }] : []));
}

/** Parameters that hold the id of an image. */
function parametersOf(site: Topology['sites'][number]): NonNullable<RegionFixture['parameters']> {
  const names = imageIn(site).flatMap((image) => ('parameter' in image ? [image.parameter] : []));
  return [...new Set(names)].map((name) => ({ name, type: 'String' as const, value: IMAGES[0]?.id ?? '' }));
}
