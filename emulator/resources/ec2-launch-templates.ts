import { z } from 'zod';
import type { LaunchTemplate, LaunchTemplateData } from '#emulator/ec2/model/launch-templates.ts';
import {
  createLaunchTemplate,
  createLaunchTemplateVersion,
  deleteLaunchTemplate,
  tagLaunchTemplate,
} from '#emulator/ec2/operations/launch-template.ts';
import type { Identity, Resource } from '#emulator/template.ts';
import { deleteUnlessGone, flag, number, tagList, tagsOf } from './ec2-common.ts';
import { changed, type ResourceFamily } from './family.ts';

/** A network interface as launch templates and instances write it. */
export const interfaceRequest = z
  .object({
    DeviceIndex: number.default(0),
    NetworkInterfaceId: z.string().optional(),
    SubnetId: z.string().optional(),
    Groups: z.array(z.string()).optional(),
    GroupSet: z.array(z.string()).optional(),
    PrivateIpAddress: z.string().optional(),
    DeleteOnTermination: flag.optional(),
  })
  .transform((each) => ({
    deviceIndex: each.DeviceIndex,
    id: each.NetworkInterfaceId,
    subnet: each.SubnetId,
    groups: each.Groups ?? each.GroupSet,
    address: each.PrivateIpAddress,
    deleteOnTermination: each.DeleteOnTermination,
  }));

export const metadataOptions = z
  .object({
    HttpTokens: z.enum(['required', 'optional']).optional(),
    HttpPutResponseHopLimit: number.optional(),
    InstanceMetadataTags: z.enum(['enabled', 'disabled']).optional(),
  })
  .transform(({ HttpTokens, HttpPutResponseHopLimit, InstanceMetadataTags }) => ({
    tokens: HttpTokens,
    hopLimit: HttpPutResponseHopLimit,
    tags: InstanceMetadataTags === undefined ? undefined : InstanceMetadataTags === 'enabled',
  }));

const deviceRequest = z
  .object({
    DeviceName: z.string(),
    Ebs: z.object({ VolumeSize: number.optional(), SnapshotId: z.string().optional() }).default({}),
  })
  .transform(({ DeviceName, Ebs }) => ({ name: DeviceName, size: Ebs.VolumeSize, snapshot: Ebs.SnapshotId }));

const tagSpecifications = z.array(z.object({ ResourceType: z.string(), Tags: tagList })).default([]);

const dataSchema = z
  .object({
    ImageId: z.string().optional(),
    InstanceType: z.string().optional(),
    UserData: z.string().optional(),
    IamInstanceProfile: z.object({ Name: z.string().optional(), Arn: z.string().optional() }).optional(),
    NetworkInterfaces: z.array(interfaceRequest).optional(),
    SecurityGroupIds: z.array(z.string()).optional(),
    BlockDeviceMappings: z.array(deviceRequest).optional(),
    DisableApiTermination: flag.optional(),
    Monitoring: z.object({ Enabled: flag.optional() }).optional(),
    MetadataOptions: metadataOptions.optional(),
    TagSpecifications: tagSpecifications,
  })
  .transform(
    (data): LaunchTemplateData => ({
      imageId: data.ImageId,
      instanceType: data.InstanceType,
      userData: data.UserData,
      profile: data.IamInstanceProfile?.Arn ?? data.IamInstanceProfile?.Name,
      interfaces: data.NetworkInterfaces,
      groups: data.SecurityGroupIds,
      devices: data.BlockDeviceMappings,
      disableApiTermination: data.DisableApiTermination,
      detailedMonitoring: data.Monitoring?.Enabled,
      metadata: data.MetadataOptions,
      tags: data.TagSpecifications.find(({ ResourceType }) => ResourceType === 'instance')?.Tags,
    }),
  );
const templateSchema = z.object({
  LaunchTemplateName: z.string().optional(),
  VersionDescription: z.string().optional(),
  LaunchTemplateData: dataSchema,
  TagSpecifications: tagSpecifications,
});

export const ec2LaunchTemplates: ResourceFamily = {
  types: {
    'AWS::EC2::LaunchTemplate': {
      create(resource, { ec2 }) {
        const wanted = resource.read(templateSchema);
        return identityOf(
          ec2.perform(
            resource.region,
            createLaunchTemplate({
              name: wanted.LaunchTemplateName ?? resource.generatedName(128),
              data: wanted.LaunchTemplateData,
              description: wanted.VersionDescription,
              tags: ownTags(resource),
            }),
          ),
        );
      },
      /** Changed data are a new version; the default version stays. */
      update(resource, previous, { ec2 }) {
        if (changed(resource, previous, 'LaunchTemplateName')) return 'replace';
        const { ref: id } = previous.identity;
        const { LaunchTemplateData: data, VersionDescription: description } = resource.read(templateSchema);
        if (changed(resource, previous, 'LaunchTemplateData', 'VersionDescription')) {
          ec2.perform(resource.region, createLaunchTemplateVersion(id, { data, description }));
        }
        return identityOf(ec2.perform(resource.region, tagLaunchTemplate(id, ownTags(resource))));
      },
      delete: ({ region, identity }, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(region, deleteLaunchTemplate(identity.ref))),
    },
  },
};

function ownTags(resource: Resource) {
  const { TagSpecifications } = resource.read(templateSchema);
  const own = TagSpecifications.find(({ ResourceType }) => ResourceType === 'launch-template');
  return tagsOf(resource, own?.Tags ?? {});
}

function identityOf({ id, defaultVersion, versions }: LaunchTemplate): Identity {
  const latest = String(versions.at(-1)?.number);
  const attributes = {
    LaunchTemplateId: id,
    LatestVersionNumber: latest,
    DefaultVersionNumber: String(defaultVersion),
  };
  return { ref: id, attributes };
}
