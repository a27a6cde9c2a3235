import { partitionOf } from '#emulator/partition.ts';
import type { Read } from './action.ts';
import { type Fields, filtered } from './filters.ts';
import { derivedId, existing } from './ids.ts';
import { architectureOf } from './instance-types.ts';
import type { Instance, PowerState } from './model/instances.ts';
import type { NetworkInterface } from './model/networks.ts';
import { groupsXml, interfaceXml } from './network-interfaces.ts';
import { page } from './paging.ts';
import { elasticIpOn, type RegionState } from './state.ts';
import { tagsXml } from './tags.ts';
import type { XmlObject } from './wire.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const stateCodes: Readonly<Record<PowerState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const stateXml = (state: PowerState): XmlObject => ({ code: stateCodes[state], name: state });

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export const describeInstances: Read = {
  kind: 'read',
  idList: 'InstanceId',
  run(parameters, state) {
    const ids = parameters.texts('InstanceId');
    const matching = filtered(askedFor(ids, state), parameters.filters(), fieldsIn(state), ({ tags }) => tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    return {
      reservationSet: items.map((instance) => ({
        reservationId: derivedId('r', instance.id),
        ownerId: state.account,
        groupSet: [],
        instancesSet: [instanceXml(instance, state)],
      })),
      nextToken,
    };
  },
};

export function askedFor(ids: readonly string[], state: RegionState): Instance[] {
  return ids.length === 0 ? [...state.instances.values()] : ids.map((id) => existing('i', id, state.instances));
}

function interfacesOf(instance: Instance, state: RegionState): NetworkInterface[] {
  return [...state.interfaces.values()]
    .filter(({ attachment }) => attachment?.instance === instance.id)
    .toSorted((a, b) => (a.attachment?.deviceIndex ?? 0) - (b.attachment?.deviceIndex ?? 0));
}

function fieldsIn(state: RegionState): Fields<Instance> {
  const ofInterfaces = (read: (each: NetworkInterface) => string | undefined) => (instance: Instance) =>
    interfacesOf(instance, state).map(read);
  return {
    'instance-id': ({ id }) => [id],
    'instance-state-name': (instance) => [instance.state],
    'instance-state-code': (instance) => [String(stateCodes[instance.state])],
    'vpc-id': ofInterfaces(({ vpc }) => vpc),
    'subnet-id': ofInterfaces(({ subnet }) => subnet),
    'private-ip-address': ofInterfaces(({ address }) => address),
    'ip-address': ofInterfaces(({ id }) => elasticIpOn(state, id)?.publicIp),
    'network-interface.network-interface-id': ofInterfaces(({ id }) => id),
    'instance-type': ({ type }) => [type],
    'image-id': ({ image }) => [image],
    'availability-zone': ({ zone }) => [zone],
  };
}

function instanceXml(instance: Instance, state: RegionState): XmlObject {
  const interfaces = interfacesOf(instance, state);
  const [primary] = interfaces;
  const { profile, metadata } = instance;
  return {
    instanceId: instance.id,
    imageId: instance.image,
    instanceType: instance.type,
    architecture: architectureOf(instance.type),
    instanceState: stateXml(instance.state),
    privateIpAddress: primary?.address,
    ipAddress: primary && elasticIpOn(state, primary.id)?.publicIp,
    vpcId: primary?.vpc,
    subnetId: primary?.subnet,
    groupSet: groupsXml(primary?.groups ?? [], state),
    sourceDestCheck: primary?.sourceDestCheck,
    launchTime: new Date(instance.launchedAt).toISOString(),
    placement: { availabilityZone: instance.zone, tenancy: 'default' },
    monitoring: { state: instance.detailedMonitoring ? 'enabled' : 'disabled' },
    metadataOptions: {
      state: 'applied',
      httpEndpoint: 'enabled',
      httpTokens: metadata.tokens ?? 'optional',
      httpPutResponseHopLimit: metadata.hopLimit ?? 1,
      instanceMetadataTags: metadata.tags === true ? 'enabled' : 'disabled',
    },
    ...(profile && {
      iamInstanceProfile: {
        arn: `arn:${partitionOf(state.region).name}:iam::${state.account}:instance-profile/${profile}`,
        id: derivedId('AIPA', profile),
      },
    }),
    networkInterfaceSet: interfaces.map((each) => interfaceXml(each, state)),
    tagSet: tagsXml(instance.tags),
  };
}
