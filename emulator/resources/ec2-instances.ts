import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import { changeInstance, checkTermination } from '#emulator/ec2/operations/instance.ts';
import { launchInstance } from '#emulator/ec2/operations/launch.ts';
import { elasticIpOn } from '#emulator/ec2/state.ts';
import type { Identity, Resource } from '#emulator/template.ts';
import { flag, tagList, tagsOf } from './ec2-common.ts';
import { interfaceRequest, metadataOptions } from './ec2-launch-templates.ts';
import { changed, type ResourceFamily } from './family.ts';

const instanceSchema = z.object({
  LaunchTemplate: z
    .object({
      LaunchTemplateId: z.string().optional(),
      LaunchTemplateName: z.string().optional(),
      Version: z.coerce.string(),
    })
    .optional(),
  ImageId: z.string().optional(),
  InstanceType: z.string().optional(),
  UserData: z.string().optional(),
  IamInstanceProfile: z.string().optional(),
  NetworkInterfaces: z.array(interfaceRequest).optional(),
  SubnetId: z.string().optional(),
  SecurityGroupIds: z.array(z.string()).optional(),
  DisableApiTermination: flag.optional(),
  Monitoring: flag.optional(),
  MetadataOptions: metadataOptions.optional(),
  Tags: tagList,
});

/**
 * "Update requires: Replacement": https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html.
 * The new instance is created before the old one is deleted, and an interface of the old one is in use until then.
 */
const REPLACING = ['LaunchTemplate', 'ImageId', 'NetworkInterfaces', 'SubnetId', 'SecurityGroupIds', 'MetadataOptions'];

export const ec2Instances: ResourceFamily = {
  types: {
    'AWS::EC2::Instance': {
      /** Complete when the instance is `running`. */
      async create(resource, cloud) {
        const { region } = resource;
        const { id } = cloud.ec2.perform(region, launchInstance(requestOf(resource)));
        cloud.ec2.lifecycle.launch(region, id);
        await cloud.ec2.lifecycle.reached(region, id, 'running');
        return identityOf(region, id, cloud);
      },
      async update(resource, previous, cloud) {
        if (changed(resource, previous, ...REPLACING)) return 'replace';
        const { ref: id } = previous.identity;
        if (changed(resource, previous, 'InstanceType', 'UserData')) await changeStopped(id, resource, cloud);
        const wanted = resource.read(instanceSchema);
        cloud.ec2.perform(
          resource.region,
          changeInstance(id, {
            ...(wanted.DisableApiTermination !== undefined && { disableApiTermination: wanted.DisableApiTermination }),
            ...(wanted.Monitoring !== undefined && { detailedMonitoring: wanted.Monitoring }),
            ...(changed(resource, previous, 'IamInstanceProfile') && { profile: wanted.IamInstanceProfile }),
            tags: { ...cloud.ec2.lifecycle.find(resource.region, id).tags, ...tagsOf(resource, wanted.Tags) },
          }),
        );
        return identityOf(resource.region, id, cloud);
      },
      /** Complete when it is `terminated`: only then are its interfaces free. */
      async delete({ region, identity: { ref: id } }, { ec2 }) {
        const instance = ec2.state(region).instances.get(id);
        if (instance === undefined) return;
        if (instance.state !== 'terminated') checkTermination(instance);
        ec2.lifecycle.terminate(region, id);
        await ec2.lifecycle.reached(region, id, 'terminated');
      },
    },
  },
};

function requestOf(resource: Resource) {
  const { LaunchTemplate: template, ...wanted } = resource.read(instanceSchema);
  return {
    template: template && {
      id: template.LaunchTemplateId,
      name: template.LaunchTemplateName,
      version: template.Version,
    },
    data: {
      imageId: wanted.ImageId,
      instanceType: wanted.InstanceType,
      userData: wanted.UserData,
      profile: wanted.IamInstanceProfile,
      interfaces: wanted.NetworkInterfaces,
      subnet: wanted.SubnetId,
      groups: wanted.SecurityGroupIds,
      disableApiTermination: wanted.DisableApiTermination,
      detailedMonitoring: wanted.Monitoring,
      metadata: wanted.MetadataOptions,
      tags: tagsOf(resource, wanted.Tags),
    },
  };
}

/** "Update requires: Some interruptions": of an instance on EBS volumes, a stop and a start. */
async function changeStopped(id: string, resource: Resource, { ec2 }: Cloud): Promise<void> {
  const { region } = resource;
  const { InstanceType: type, UserData: userData } = resource.read(instanceSchema);
  ec2.lifecycle.stop(region, id);
  await ec2.lifecycle.reached(region, id, 'stopped');
  ec2.perform(region, changeInstance(id, { ...(type !== undefined && { type }), userData }));
  ec2.lifecycle.start(region, id);
  await ec2.lifecycle.reached(region, id, 'running');
}

function identityOf(region: string, id: string, { ec2 }: Cloud): Identity {
  const state = ec2.state(region);
  const { zone } = ec2.lifecycle.find(region, id);
  const primary = [...state.interfaces.values()].find(
    ({ attachment }) => attachment?.instance === id && attachment.deviceIndex === 0,
  );
  return {
    ref: id,
    attributes: {
      InstanceId: id,
      AvailabilityZone: zone,
      PrivateIp: primary?.address ?? '',
      PublicIp: (primary && elasticIpOn(state, primary.id)?.publicIp) ?? '',
      VpcId: primary?.vpc ?? '',
    },
  };
}
