import { z } from 'zod';
import { derivedId } from '#emulator/ec2/ids.ts';
import {
  attachInternetGateway,
  createInternetGateway,
  deleteInternetGateway,
  detachInternetGateway,
  tagInternetGateway,
} from '#emulator/ec2/operations/internet-gateway.ts';
import { createSubnet, deleteSubnet, tagSubnet } from '#emulator/ec2/operations/subnet.ts';
import { associateCidr, createVpc, deleteVpc, disassociateCidr, tagVpc } from '#emulator/ec2/operations/vpc.ts';
import { deleteUnlessGone, tagList, tagsOf } from './ec2-common.ts';
import { changed, type ResourceFamily } from './family.ts';

const vpcSchema = z.object({ CidrBlock: z.string(), Tags: tagList });
const cidrSchema = z.object({ VpcId: z.string(), CidrBlock: z.string() });
const subnetSchema = z.object({
  VpcId: z.string(),
  CidrBlock: z.string(),
  AvailabilityZone: z.string().optional(),
  Tags: tagList,
});
const taggedSchema = z.object({ Tags: tagList });
const attachmentSchema = z.object({ VpcId: z.string(), InternetGatewayId: z.string() });

/** VPCs and what they consist of, without their routes. */
export const ec2Network: ResourceFamily = {
  types: {
    'AWS::EC2::VPC': {
      create(resource, { ec2 }) {
        const { CidrBlock, Tags } = resource.read(vpcSchema);
        const vpc = ec2.perform(resource.region, createVpc({ cidr: CidrBlock, tags: tagsOf(resource, Tags) }));
        const groups = [...ec2.state(resource.region).securityGroups.values()];
        const group = groups.find((each) => each.vpc === vpc.id && each.name === 'default');
        const attributes = { VpcId: vpc.id, CidrBlock: vpc.cidr, DefaultSecurityGroup: group?.id ?? '' };
        return { ref: vpc.id, attributes };
      },
      update(resource, previous, { ec2 }) {
        if (changed(resource, previous, 'CidrBlock', 'InstanceTenancy')) return 'replace';
        const { Tags } = resource.read(vpcSchema);
        return ec2.perform(resource.region, tagVpc(previous.identity.ref, tagsOf(resource, Tags)));
      },
      delete: ({ region, identity }, { ec2 }) => deleteUnlessGone(() => ec2.perform(region, deleteVpc(identity.ref))),
    },
    /** Of IPv4. */
    'AWS::EC2::VPCCidrBlock': {
      create(resource, { ec2 }) {
        const { VpcId, CidrBlock } = resource.read(cidrSchema);
        const block = ec2.perform(resource.region, associateCidr(VpcId, CidrBlock));
        return {
          ref: derivedId('vpc-cidr-assoc', VpcId, block),
          attributes: { VpcId, Id: derivedId('vpc-cidr-assoc', VpcId, block) },
        };
      },
      delete(resource, { ec2 }) {
        const { VpcId, CidrBlock } = resource.read(cidrSchema);
        deleteUnlessGone(() => ec2.perform(resource.region, disassociateCidr(VpcId, CidrBlock)));
      },
    },
    'AWS::EC2::Subnet': {
      create(resource, { ec2 }) {
        const { VpcId: vpc, CidrBlock: cidr, AvailabilityZone: zone, Tags } = resource.read(subnetSchema);
        const made = ec2.perform(resource.region, createSubnet({ vpc, cidr, zone, tags: tagsOf(resource, Tags) }));
        const attributes = { SubnetId: made.id, AvailabilityZone: made.zone, CidrBlock: made.cidr, VpcId: vpc };
        return { ref: made.id, attributes };
      },
      update(resource, previous, { ec2 }) {
        if (changed(resource, previous, 'VpcId', 'CidrBlock', 'AvailabilityZone')) return 'replace';
        const { Tags } = resource.read(subnetSchema);
        return ec2.perform(resource.region, tagSubnet(previous.identity.ref, tagsOf(resource, Tags)));
      },
      delete: ({ region, identity }, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(region, deleteSubnet(identity.ref))),
    },
    'AWS::EC2::InternetGateway': {
      create(resource, { ec2 }) {
        const { Tags } = resource.read(taggedSchema);
        const { id } = ec2.perform(resource.region, createInternetGateway(tagsOf(resource, Tags)));
        return { ref: id, attributes: { InternetGatewayId: id } };
      },
      update(resource, previous, { ec2 }) {
        const { Tags } = resource.read(taggedSchema);
        ec2.perform(resource.region, tagInternetGateway(previous.identity.ref, tagsOf(resource, Tags)));
      },
      delete: ({ region, identity }, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(region, deleteInternetGateway(identity.ref))),
    },
    'AWS::EC2::VPCGatewayAttachment': {
      create(resource, { ec2 }) {
        const { VpcId, InternetGatewayId } = resource.read(attachmentSchema);
        ec2.perform(resource.region, attachInternetGateway(InternetGatewayId, VpcId));
        return { ref: `IGW|${VpcId}`, attributes: { AttachmentType: 'IGW' } };
      },
      delete(resource, { ec2 }) {
        const { VpcId, InternetGatewayId } = resource.read(attachmentSchema);
        deleteUnlessGone(() => void ec2.perform(resource.region, detachInternetGateway(InternetGatewayId, VpcId)));
      },
    },
    /** Where its records go is not emulated. */
    'AWS::EC2::FlowLog': {
      identify: ({ stack, logicalId }) => {
        const id = derivedId('fl', stack.name, logicalId);
        return { ref: id, attributes: { Id: id } };
      },
    },
  },
};
