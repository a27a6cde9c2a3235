import { createdRoleName } from '../creation.ts';
import type { Draft, DraftRouter, DraftSite, Placed } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { type Network, overlap } from '../networks.ts';

/** IAM's limit: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const longestRoleName = 64;

/** Rules of what the deployment creates: VPCs, and routers without instance and interface. */
export function checkCreation(draft: Draft): Fault[] {
  return (draft.sites ?? []).flatMap((site) => [
    ...frontsBesideRouters(site),
    ...sharedSubnetInTwoZones(site),
    ...subnetOfTwoIds(site),
    ...(site.routers ?? []).flatMap((router) =>
      isCreated(router, site) ? createdRouter(router, site, draft) : existingRouter(router, site),
    ),
  ]);
}

/** Whether the deployment creates a router: its VPC, or it has a subnet's id and no ids of its own. */
export function isCreated({ instance, eni, subnetId }: DraftRouter, { vpc }: DraftSite): boolean {
  return vpc.create || (instance === undefined && eni === undefined && subnetId !== undefined);
}

function createdRouter(router: DraftRouter, site: DraftSite, draft: Draft): Fault[] {
  return [
    ...idsInNewVpc(router, site),
    ...zoneElsewhere(router, site),
    ...versionWithoutBoot(router, draft),
    ...roleNameTooLong(router, site, draft),
  ];
}

function idsInNewVpc({ instance, eni, subnetId }: DraftRouter, { vpc }: DraftSite): Fault[] {
  // With an id the VPC exists, and create: true is the mistake.
  if (!vpc.create || vpc.id !== undefined) return [];
  return [instance, eni, subnetId].flatMap((id) =>
    id === undefined
      ? []
      : [
          {
            kind: 'contradiction',
            path: id.path,
            fault: `${id.value} cannot be in a VPC that does not exist yet`,
            hint: `remove ${String(id.path.at(-1))}: the deployment creates it with the VPC (create: true)`,
          },
        ],
  );
}

function zoneElsewhere({ zone, subnetId }: DraftRouter, { region, vpc }: DraftSite): Fault[] {
  if (zone === undefined) return [];
  if (!vpc.create && subnetId !== undefined) {
    const hint = 'remove zone: it is that of the subnet';
    return [{ kind: 'contradiction', path: zone.path, fault: 'zone is for subnets that are created', hint }];
  }
  if (region === undefined || zone.value.slice(0, -1) === region.value) return [];
  return [
    {
      kind: 'outside',
      path: zone.path,
      fault: `${zone.value} is not in ${region.value} (line ${region.line})`,
      hint: `write a zone of the site’s Region, for example ${region.value}a`,
    },
  ];
}

/** Older ones have no systemd (1.1), or are without support since April 2025 (1.3): no image of them is offered. */
function versionWithoutBoot(router: DraftRouter, { vyos }: Draft): Fault[] {
  const version = router.vyos ?? vyos;
  if (version.value !== '1.1' && version.value !== '1.3') return [];
  return [
    {
      kind: 'contradiction',
      path: version.path,
      fault: `${router.name.value} is to be created with VyOS ${version.value}`,
      hint: 'created routers run VyOS 1.4 or 1.5: write vyos: "1.4"',
    },
  ];
}

function roleNameTooLong({ name, hasRole }: DraftRouter, site: DraftSite, { name: topology }: Draft): Fault[] {
  if (topology === undefined || hasRole || site.hasRole) return [];
  const long = createdRoleName(topology.value, site.name.value, name.value).length - longestRoleName;
  if (long <= 0) return [];
  return [
    {
      kind: 'wrong-value',
      path: name.path,
      at: 'key',
      fault: `the name of its IAM role, ${createdRoleName('TOPOLOGY', 'SITE', 'ROUTER')}, is ${long} characters too long`,
      hint: `shorten the names of topology, site or router by ${long}, or name an existing role: instanceRole`,
    },
  ];
}

function existingRouter({ subnetId, zone, image, instanceType }: DraftRouter, { vpc }: DraftSite): Fault[] {
  if (!vpc.known) return [];
  return [subnetId, zone, image, instanceType].flatMap((key) =>
    key === undefined
      ? []
      : [
          {
            kind: 'contradiction',
            path: key.path,
            fault: `${String(key.path.at(-1))} is for a router that is to be created, and this one has an instance or interface`,
            hint: `remove ${String(key.path.at(-1))}, or remove instance and eni and write subnetId`,
          },
        ],
  );
}

/** The fronts of a created VPC become subnets, and so do those of the routers. */
function frontsBesideRouters({ vpc, frontSubnets, routers = [] }: DraftSite): Fault[] {
  if (!vpc.create) return [];
  const subnets = routers.flatMap(({ subnet }) => (subnet === undefined ? [] : [subnet]));
  return frontSubnets.flatMap((front) => [...tooSmall(front), ...overlappingRouter(front, subnets)]);
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
function tooSmall({ value, path }: Placed<Network>): Fault[] {
  if (value.prefix >= 16 && value.prefix <= 28) return [];
  const fault = `${value.cidr} cannot be a subnet: AWS subnets are /16 to /28`;
  return [{ kind: 'wrong-value', path, fault, hint: 'write a front subnet from /16 to /28' }];
}

function overlappingRouter({ value, path }: Placed<Network>, subnets: readonly Placed<Network>[]): Fault[] {
  const router = subnets.find((subnet) => overlap(value, subnet.value));
  if (router === undefined) return [];
  return [
    {
      kind: 'overlap',
      path,
      fault: `${value.cidr} overlaps the subnet ${router.value.cidr} of ${String(router.path[3])} (line ${router.line})`,
      hint: 'front subnets and the routers’ subnets of a created VPC are separate subnets: use another network',
    },
  ];
}

function sharedSubnetInTwoZones({ routers = [] }: DraftSite): Fault[] {
  const [first, second] = routers;
  if (first?.subnet === undefined || first.subnet.value.cidr !== second?.subnet?.value.cidr) return [];
  if (first.zone === undefined || second.zone === undefined || first.zone.value === second.zone.value) return [];
  return [
    {
      kind: 'contradiction',
      path: second.zone.path,
      fault: `both routers are in the subnet ${first.subnet.value.cidr}, which is in one zone (${first.zone.value}, line ${first.zone.line})`,
      hint: 'write the same zone twice, or give each router a subnet of its own, which survives the loss of a zone',
    },
  ];
}

/** A subnet has one id and one network. */
function subnetOfTwoIds({ vpc, routers = [] }: DraftSite): Fault[] {
  const [first, second] = routers;
  if (vpc.create || first?.subnetId === undefined || second?.subnetId === undefined) return [];
  if (first.subnet === undefined || second.subnet === undefined) return [];
  const [id, otherId] = [first.subnetId.value, second.subnetId.value];
  const [network, otherNetwork] = [first.subnet.value.cidr, second.subnet.value.cidr];
  if ((id === otherId) === (network === otherNetwork)) return [];
  const fault =
    id === otherId
      ? `${id} is the subnet of ${first.name.value} too (line ${first.subnetId.line}), with another network: ${network}`
      : `${network} is the network of ${first.name.value}’s subnet too (line ${first.subnet.line}), with another id: ${id}`;
  const hint = 'write the same subnet and subnetId for both routers, or give each router its own';
  return [{ kind: 'contradiction', path: second.subnetId.path, fault, hint }];
}
