import { z } from 'zod';
import {
  allocateAddress,
  associateAddress,
  disassociateAddress,
  releaseAddress,
  tagAddress,
} from '#emulator/ec2/operations/elastic-ip.ts';
import {
  changeNetworkInterface,
  createNetworkInterface,
  deleteNetworkInterface,
} from '#emulator/ec2/operations/network-interface.ts';
import { deleteUnlessGone, flag, tagList, tagsOf } from './ec2-common.ts';
import { changed, type ResourceFamily } from './family.ts';

const interfaceSchema = z.object({
  SubnetId: z.string(),
  PrivateIpAddress: z.string().optional(),
  GroupSet: z.array(z.string()).optional(),
  SourceDestCheck: flag.default(true),
  Description: z.string().default(''),
  Tags: tagList,
});
const addressSchema = z.object({ Domain: z.literal('vpc').optional(), Tags: tagList });
const associationSchema = z.object({ AllocationId: z.string(), NetworkInterfaceId: z.string() });

export const ec2Interfaces: ResourceFamily = {
  types: {
    'AWS::EC2::NetworkInterface': {
      create(resource, { ec2 }) {
        const wanted = resource.read(interfaceSchema);
        const made = ec2.perform(
          resource.region,
          createNetworkInterface({
            subnet: wanted.SubnetId,
            address: wanted.PrivateIpAddress,
            groups: wanted.GroupSet,
            sourceDestCheck: wanted.SourceDestCheck,
            description: wanted.Description,
            tags: tagsOf(resource, wanted.Tags),
          }),
        );
        return {
          ref: made.id,
          attributes: {
            Id: made.id,
            PrimaryPrivateIpAddress: made.address,
            VpcId: made.vpc,
            SecondaryPrivateIpAddresses: [],
          },
        };
      },
      update(resource, previous, { ec2 }) {
        if (changed(resource, previous, 'SubnetId', 'PrivateIpAddress')) return 'replace';
        const wanted = resource.read(interfaceSchema);
        ec2.perform(
          resource.region,
          changeNetworkInterface(previous.identity.ref, {
            ...(wanted.GroupSet && { groups: wanted.GroupSet }),
            sourceDestCheck: wanted.SourceDestCheck,
            description: wanted.Description,
            tags: tagsOf(resource, wanted.Tags),
          }),
        );
        return undefined;
      },
      delete: ({ region, identity }, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(region, deleteNetworkInterface(identity.ref))),
    },
    'AWS::EC2::EIP': {
      create(resource, { ec2 }) {
        const { Tags } = resource.read(addressSchema);
        const { id, publicIp } = ec2.perform(resource.region, allocateAddress(tagsOf(resource, Tags)));
        return { ref: publicIp, attributes: { AllocationId: id, PublicIp: publicIp } };
      },
      update(resource, previous, { ec2 }) {
        if (changed(resource, previous, 'Domain')) return 'replace';
        const { Tags } = resource.read(addressSchema);
        ec2.perform(resource.region, tagAddress(allocationOf(previous), tagsOf(resource, Tags)));
        return undefined;
      },
      delete: (resource, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(resource.region, releaseAddress(allocationOf(resource)))),
    },
    'AWS::EC2::EIPAssociation': {
      create(resource, { ec2 }) {
        const { AllocationId, NetworkInterfaceId } = resource.read(associationSchema);
        const { association } = ec2.perform(resource.region, associateAddress(AllocationId, NetworkInterfaceId));
        const id = association?.id ?? '';
        return { ref: id, attributes: { Id: id } };
      },
      delete: ({ region, identity }, { ec2 }) =>
        deleteUnlessGone(() => void ec2.perform(region, disassociateAddress(identity.ref))),
    },
  },
};

function allocationOf({ identity }: { readonly identity: { readonly attributes: Readonly<Record<string, unknown>> } }) {
  return String(identity.attributes['AllocationId']);
}
