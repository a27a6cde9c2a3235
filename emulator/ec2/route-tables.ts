import type { Read, Write } from './action.ts';
import { arnOf } from './arn.ts';
import { invalidParameter } from './errors.ts';
import { type Fields, filtered } from './filters.ts';
import { routeTableResource, subnetResource } from './iam.ts';
import { derivedId, existing, wellFormed } from './ids.ts';
import type { Association, Route, RouteTable } from './model/routes.ts';
import { page } from './paging.ts';
import { ownerOf, routeState } from './route-state.ts';
import { type RegionState, replaced } from './state.ts';
import { tagsXml } from './tags.ts';
import type { XmlObject } from './wire.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
export const describeRouteTables: Read = {
  kind: 'read',
  idList: 'RouteTableId',
  run(parameters, state) {
    const ids = parameters.texts('RouteTableId');
    const asked =
      ids.length === 0 ? [...state.routeTables.values()] : ids.map((id) => existing('rtb', id, state.routeTables));
    const matching = filtered(asked, parameters.filters(), fieldsIn(state), ({ tags }) => tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 100 });
    return { routeTableSet: items.map((table) => tableXml(table, state)), nextToken };
  },
};

function fieldsIn(state: RegionState): Fields<RouteTable> {
  const ofRoutes = (read: (route: Route) => string | undefined) => (table: RouteTable) => table.routes.map(read);
  const ofAssociations = (read: (association: Association) => string | undefined) => (table: RouteTable) =>
    table.associations.map(read);
  const destination = (kind: DestinationField) =>
    ofRoutes((route) => (destinationField(route) === kind ? route.destination : undefined));
  const target = (field: string) =>
    ofRoutes((route) => (targetField(route.target) === field ? route.target : undefined));
  return {
    'route-table-id': ({ id }) => [id],
    'vpc-id': ({ vpc }) => [vpc],
    'owner-id': () => [state.account],
    'association.main': ofAssociations(({ main }) => String(main)),
    'association.route-table-association-id': ofAssociations(({ id }) => id),
    'association.route-table-id': ({ id, associations }) => (associations.length > 0 ? [id] : []),
    'association.subnet-id': ofAssociations(({ subnet }) => subnet),
    'association.gateway-id': ofAssociations(({ gateway }) => gateway),
    'route.destination-cidr-block': destination('destinationCidrBlock'),
    'route.destination-ipv6-cidr-block': destination('destinationIpv6CidrBlock'),
    'route.destination-prefix-list-id': destination('destinationPrefixListId'),
    'route.gateway-id': target('gatewayId'),
    'route.nat-gateway-id': target('natGatewayId'),
    'route.transit-gateway-id': target('transitGatewayId'),
    'route.vpc-peering-connection-id': target('vpcPeeringConnectionId'),
    'route.instance-id': ofRoutes((route) => ownerOf(route, state)?.id),
    'route.origin': ofRoutes(({ origin }) => origin),
    'route.state': ofRoutes((route) => routeState(route, state)),
  };
}

function tableXml(table: RouteTable, state: RegionState): XmlObject {
  return {
    routeTableId: table.id,
    vpcId: table.vpc,
    ownerId: state.account,
    routeSet: table.routes.map((route) => routeXml(route, state)),
    associationSet: table.associations.map((association) => ({
      routeTableAssociationId: association.id,
      routeTableId: table.id,
      main: association.main,
      subnetId: association.subnet,
      gatewayId: association.gateway,
      associationState: { state: 'associated' },
    })),
    propagatingVgwSet: [],
    tagSet: tagsXml(table.tags),
  };
}

function routeXml(route: Route, state: RegionState): XmlObject {
  const owner = ownerOf(route, state);
  return {
    [destinationField(route)]: route.destination,
    [targetField(route.target)]: route.target,
    ...(owner && { instanceId: owner.id, instanceOwnerId: state.account }),
    origin: route.origin,
    state: routeState(route, state),
  };
}

type DestinationField = 'destinationCidrBlock' | 'destinationIpv6CidrBlock' | 'destinationPrefixListId';

function destinationField({ destination }: Route): DestinationField {
  if (destination.startsWith('pl-')) return 'destinationPrefixListId';
  return destination.includes(':') ? 'destinationIpv6CidrBlock' : 'destinationCidrBlock';
}

function targetField(target: string): string {
  const byPrefix: Readonly<Record<string, string>> = {
    eni: 'networkInterfaceId',
    nat: 'natGatewayId',
    tgw: 'transitGatewayId',
    pcx: 'vpcPeeringConnectionId',
    eigw: 'egressOnlyInternetGatewayId',
  };
  // `local`, internet, virtual private gateways and VPC endpoints all stand in gatewayId.
  return byPrefix[target.split('-')[0] ?? ''] ?? 'gatewayId';
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html */
export const replaceRouteTableAssociation: Write = {
  kind: 'write',
  resources(parameters, state) {
    const found = associationIn(state, parameters.required('AssociationId'));
    return [
      routeTableResource(state, parameters.required('RouteTableId')),
      ...(found?.association.subnet === undefined ? [] : [subnetResource(state, found.association.subnet)]),
      ...(found?.association.gateway === undefined
        ? []
        : [{ arn: arnOf(state, 'internet-gateway', found.association.gateway) }]),
    ];
  },
  precheck(parameters) {
    wellFormed('rtbassoc', parameters.required('AssociationId'));
    wellFormed('rtb', parameters.required('RouteTableId'));
  },
  run(parameters, state) {
    const id = parameters.required('AssociationId');
    const target = existing('rtb', parameters.required('RouteTableId'), state.routeTables);
    const found = associationIn(state, id);
    const { table, association } = existing('rtbassoc', id, new Map(found && [[id, found]]));
    if (table.vpc !== target.vpc) {
      throw invalidParameter(`Route table ${target.id} and network ${table.vpc} belong to different networks`);
    }
    const moved: Association = {
      ...association,
      id: derivedId('rtbassoc', target.id, association.subnet ?? association.gateway ?? 'main'),
    };
    const left = { ...table, associations: table.associations.filter((each) => each.id !== id) };
    const without = replaced(state.routeTables, table.id, left);
    const joined = without.get(target.id) ?? target;
    const routeTables = replaced(without, target.id, { ...joined, associations: [...joined.associations, moved] });
    return {
      output: { newAssociationId: moved.id, associationState: { state: 'associated' } },
      state: { ...state, routeTables },
    };
  },
};

function associationIn(state: RegionState, id: string): { table: RouteTable; association: Association } | undefined {
  for (const table of state.routeTables.values()) {
    const association = table.associations.find((each) => each.id === id);
    if (association) return { table, association };
  }
  return undefined;
}
