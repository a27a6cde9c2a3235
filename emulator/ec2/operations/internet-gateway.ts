import { dependencyViolation, invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import type { Gateway } from '#emulator/ec2/model/networks.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced, without } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html */
export function createInternetGateway(tags: Tags): Operation<Gateway> {
  return (state, context) => changed(state, { id: context.newId('igw'), vpc: undefined, tags });
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html. Throws
 * `Resource.AlreadyAssociated` for a gateway that is attached, `InvalidParameterValue` for a VPC that has one.
 */
export function attachInternetGateway(id: string, vpc: string): Operation<Gateway> {
  return (state) => {
    const gateway = existing('igw', id, state.gateways);
    existing('vpc', vpc, state.vpcs);
    if (gateway.vpc !== undefined) {
      throw new AwsError('Resource.AlreadyAssociated', `resource ${id} is already attached to network ${gateway.vpc}`);
    }
    if (internetGatewayOf(vpc, state) !== undefined) {
      throw invalidParameter(`Network ${vpc} already has an internet gateway attached`);
    }
    return changed(state, { ...gateway, vpc });
  };
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html: "The VPC must not contain any
 * running instances with Elastic IP addresses". Throws `DependencyViolation`, `Gateway.NotAttached`.
 */
export function detachInternetGateway(id: string, vpc: string): Operation<Gateway> {
  return (state) => {
    const gateway = existing('igw', id, state.gateways);
    if (gateway.vpc !== vpc)
      throw new AwsError('Gateway.NotAttached', `resource ${id} is not attached to network ${vpc}`);
    const mapped = [...state.addresses.values()].some(
      ({ association }) => state.interfaces.get(association?.interface ?? '')?.vpc === vpc,
    );
    if (mapped) {
      throw new AwsError(
        'DependencyViolation',
        `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
    }
    return changed(state, { ...gateway, vpc: undefined });
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html. Throws `DependencyViolation`. */
export function deleteInternetGateway(id: string): Operation {
  return (state) => {
    if (existing('igw', id, state.gateways).vpc !== undefined) throw dependencyViolation('internetGateway', id);
    return { result: undefined, state: { ...state, gateways: without(state.gateways, id) } };
  };
}

/** Replaces the tags. */
export function tagInternetGateway(id: string, tags: Tags): Operation<Gateway> {
  return (state) => changed(state, { ...existing('igw', id, state.gateways), tags });
}

/** The internet gateway that is attached to the VPC. */
export function internetGatewayOf(vpc: string, { gateways }: RegionState): Gateway | undefined {
  return [...gateways.values()].find((gateway) => gateway.id.startsWith('igw-') && gateway.vpc === vpc);
}

function changed(state: RegionState, gateway: Gateway) {
  return { result: gateway, state: { ...state, gateways: replaced(state.gateways, gateway.id, gateway) } };
}
