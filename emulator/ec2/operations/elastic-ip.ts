import { existing } from '#emulator/ec2/ids.ts';
import type { ElasticIp } from '#emulator/ec2/model/networks.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { elasticIpOn, type RegionState, replaced, without } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';
import { internetGatewayOf } from './internet-gateway.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html. Throws `AddressLimitExceeded`. */
export function allocateAddress(tags: Tags): Operation<ElasticIp> {
  return (state, context) => {
    if (state.addresses.size >= state.catalog.quotas.elasticIps) {
      throw new AwsError('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
    }
    return changed(state, {
      id: context.newId('eipalloc'),
      publicIp: context.newPublicIp(),
      association: undefined,
      tags,
    });
  };
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html. Throws `InvalidIPAddress.InUse` while it is associated.
 */
export function releaseAddress(id: string): Operation {
  return (state) => {
    const { association, publicIp } = existing('eipalloc', id, state.addresses);
    if (association !== undefined) throw new AwsError('InvalidIPAddress.InUse', `Address ${publicIp} is in use.`);
    return { result: undefined, state: { ...state, addresses: without(state.addresses, id) } };
  };
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html: "Reassociation is automatic", and another
 * address of the interface is disassociated. Throws `Gateway.NotAttached` for a VPC without an internet gateway.
 */
export function associateAddress(id: string, interfaceId: string): Operation<ElasticIp> {
  return (state, context) => {
    const address = existing('eipalloc', id, state.addresses);
    const { vpc } = existing('eni', interfaceId, state.interfaces);
    if (internetGatewayOf(vpc, state) === undefined) {
      throw new AwsError('Gateway.NotAttached', `Network ${vpc} is not attached to any internet gateway`);
    }
    const other = elasticIpOn(state, interfaceId);
    const free = other === undefined ? state : changed(state, { ...other, association: undefined }).state;
    return changed(free, { ...address, association: { id: context.newId('eipassoc'), interface: interfaceId } });
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html */
export function disassociateAddress(associationId: string): Operation<ElasticIp> {
  return (state) => {
    const byAssociation = new Map(
      [...state.addresses.values()].flatMap((each) => (each.association ? [[each.association.id, each] as const] : [])),
    );
    return changed(state, { ...existing('eipassoc', associationId, byAssociation), association: undefined });
  };
}

/** Replaces the tags. */
export function tagAddress(id: string, tags: Tags): Operation<ElasticIp> {
  return (state) => changed(state, { ...existing('eipalloc', id, state.addresses), tags });
}

function changed(state: RegionState, address: ElasticIp) {
  return { result: address, state: { ...state, addresses: replaced(state.addresses, address.id, address) } };
}
