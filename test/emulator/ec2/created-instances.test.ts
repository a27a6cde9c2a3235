import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { changeInstance } from '#emulator/ec2/operations/instance.ts';
import { launchInstance } from '#emulator/ec2/operations/launch.ts';
import { createLaunchTemplateVersion } from '#emulator/ec2/operations/launch-template.ts';
import { region } from '../account.fixture.ts';
import type { Resources } from '../platform/assembly.fixture.ts';
import { refusal } from '../refusal.ts';
import {
  AT_ONCE,
  armImage,
  deployed,
  emptyAccount,
  image,
  network,
  router,
  routerInterface,
  unsubscribedImage,
} from './created.fixture.ts';

const instanceOf = async (client: EC2Client, id = '') => {
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0];
};

describe('an instance of a launch template', () => {
  it('is what the version states, runs on its interface, and is found by it and by its tags', async () => {
    const { client, ids } = await deployed(router());
    expect(await instanceOf(client, ids['Instance'])).toMatchObject({
      State: { Name: 'running' },
      ImageId: image,
      InstanceType: 't3.medium',
      PrivateIpAddress: '10.1.0.10',
      PublicIpAddress: ids['Address'],
      Placement: { AvailabilityZone: `${region}b` },
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
      NetworkInterfaces: [
        { NetworkInterfaceId: ids['Interface'], Attachment: { DeviceIndex: 0, DeleteOnTermination: false } },
      ],
    });
    const Filters = [
      { Name: 'network-interface.network-interface-id', Values: [ids['Interface'] ?? ''] },
      { Name: 'tag:vyos-failover-router', Values: ['tokyo-1'] },
      { Name: 'tag:aws:ec2launchtemplate:version', Values: ['1'] },
    ];
    const { Reservations } = await client.send(new DescribeInstancesCommand({ Filters }));
    expect(Reservations?.map(({ Instances }) => Instances?.[0]?.InstanceId)).toEqual([ids['Instance']]);
  });

  it('has the image that an SSM parameter names at the launch', async () => {
    const parameter = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/image', Type: 'String', Value: image } };
    const resources = router({ ImageId: 'resolve:ssm:/image' });
    const template = { ...resources['Template'], Type: 'AWS::EC2::LaunchTemplate', DependsOn: 'Parameter' };
    const { client, ids } = await deployed({ ...resources, Parameter: parameter, Template: template });
    expect(await instanceOf(client, ids['Instance'])).toMatchObject({ ImageId: image });
  });

  it('changes the volume of its image’s root device; a volume at another device needs a size', async () => {
    const devices = (DeviceName: string) => ({ BlockDeviceMappings: [{ DeviceName, Ebs: { Encrypted: true } }] });
    await expect(deployed(router(devices('/dev/xvda')))).resolves.toBeDefined();
    await expect(deployed(router(devices('/dev/sda1')))).rejects.toThrow(
      'MissingParameter: The request must contain the parameter size or snapshotId',
    );
  });

  it('is launched from the version that is named: a new version changes neither it nor the default version', async () => {
    const { client, ids, emulator } = await deployed(router());
    const next = createLaunchTemplateVersion(ids['Template'] ?? '', { data: { imageId: image }, description: 'two' });
    emulator.ec2.perform(region, next);
    const LaunchTemplateId = ids['Template'];
    const versions = async (...Versions: string[]) => {
      const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions });
      const { LaunchTemplateVersions } = await client.send(command);
      return LaunchTemplateVersions?.map(({ VersionNumber, DefaultVersion }) => [VersionNumber, DefaultVersion]);
    };
    expect(await versions()).toEqual([
      [2, false],
      [1, true],
    ]);
    expect([await versions('$Latest'), await versions('$Default')]).toEqual([[[2, false]], [[1, true]]]);
    expect(await refusal(versions('3'))).toMatchObject({ code: 'InvalidLaunchTemplateId.VersionNotFound' });
    const { LaunchTemplates } = await client.send(new DescribeLaunchTemplatesCommand({}));
    expect(LaunchTemplates).toMatchObject([{ LaunchTemplateId, DefaultVersionNumber: 1, LatestVersionNumber: 2 }]);
  });

  it('shows the data of its version as they were stated', async () => {
    const { client, ids } = await deployed(router());
    const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: ids['Template'] });
    const { LaunchTemplateVersions } = await client.send(command);
    expect(LaunchTemplateVersions?.[0]?.LaunchTemplateData).toMatchObject({
      ImageId: image,
      UserData: Buffer.from('#cloud-config\n').toString('base64'),
      NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: ids['Interface'] }],
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'vyos-failover-router', Value: 'tokyo-1' }] }],
    });
  });
});

describe('the termination of an instance', () => {
  it('is refused while it is protected; then its interface is free only when it is terminated', async () => {
    const { client, ids, emulator } = await deployed(router({ DisableApiTermination: true }), {
      ec2: { times: { ...AT_ONCE, shuttingDownMs: 50 } },
    });
    const InstanceId = ids['Instance'] ?? '';
    const terminate = () => client.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await refusal(terminate())).toMatchObject({
      code: 'OperationNotPermitted',
      message: `The instance '${InstanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    });
    const protection = async () => {
      const command = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiTermination' });
      return (await client.send(command)).DisableApiTermination?.Value;
    };
    expect(await protection()).toBe(true);
    await client.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: false } }));
    expect(await protection()).toBe(false);
    await terminate();
    const status = async () => {
      const { NetworkInterfaces } = await client.send(new DescribeNetworkInterfacesCommand({}));
      return NetworkInterfaces?.[0]?.Status;
    };
    expect(await status()).toBe('in-use');
    await emulator.ec2.lifecycle.reached(region, InstanceId, 'terminated');
    expect(await status()).toBe('available');
  });

  it('deletes an interface that the launch made, and leaves routes to an interface that stays a blackhole', async () => {
    const { client, ids, emulator } = await deployed({
      ...router(),
      Managed: {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: { Ref: 'Table' },
          DestinationCidrBlock: '10.2.0.0/16',
          NetworkInterfaceId: { Ref: 'Interface' },
        },
      },
      Plain: {
        Type: 'AWS::EC2::Instance',
        Properties: { ImageId: image, InstanceType: 't3.micro', SubnetId: { Ref: 'Subnet' } },
      },
    });
    const interfaces = async () => {
      const { NetworkInterfaces = [] } = await client.send(new DescribeNetworkInterfacesCommand({}));
      return NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId);
    };
    const route = async () => {
      const { RouteTables } = await client.send(
        new DescribeRouteTablesCommand({ RouteTableIds: [ids['Table'] ?? ''] }),
      );
      return RouteTables?.[0]?.Routes?.find((each) => each.DestinationCidrBlock === '10.2.0.0/16');
    };
    expect(await interfaces()).toHaveLength(2);
    expect(await route()).toMatchObject({ State: 'active', InstanceId: ids['Instance'] });
    const both = [ids['Instance'] ?? '', ids['Plain'] ?? ''];
    await client.send(new TerminateInstancesCommand({ InstanceIds: both }));
    for (const id of both) await emulator.ec2.lifecycle.reached(region, id, 'terminated');
    expect(await interfaces()).toEqual([ids['Interface']]);
    expect(await route()).toMatchObject({ State: 'blackhole', NetworkInterfaceId: ids['Interface'] });
    expect(await route()).not.toHaveProperty('InstanceId');
  });
});

describe('a launch that AWS would refuse', () => {
  const second = (data: Record<string, unknown>): Resources => ({
    ...routerInterface(),
    Second: { Type: 'AWS::EC2::Instance', Properties: { ImageId: image, SubnetId: { Ref: 'Subnet' }, ...data } },
  });
  it.each<[string, Resources, RegExp]>([
    [
      'an image that is not there',
      router({ ImageId: 'ami-0a1b2c3d4e5f6ffff' }),
      /The image id '\[ami-0a1b2c3d4e5f6ffff\]' does not exist/,
    ],
    [
      'an image of a parameter that is not there',
      router({ ImageId: 'resolve:ssm:/none' }),
      /Could not resolve the SSM parameter \/none/,
    ],
    ['an image that is no id', router({ ImageId: 'vyos' }), /Invalid id: "vyos" \(expecting "ami-\.\.\."\)/],
    [
      'a Marketplace image without a subscription',
      router({ ImageId: unsubscribedImage }),
      /accept terms and subscribe.*marketplace\/pp\?sku=7notsubscribed/,
    ],
    ['an image of another architecture', router({ ImageId: armImage }), /does not match the architecture 'arm64'/],
    [
      'an instance type that does not exist',
      router({ InstanceType: 't9.huge' }),
      /Invalid value 't9\.huge' for InstanceType/,
    ],
    [
      'an instance type that the zone does not offer',
      router({ InstanceType: 'c7i.large' }),
      /\(c7i\.large\) is not supported in your requested Availability Zone \(ap-northeast-1b\)\..*choosing ap-northeast-1a, ap-northeast-1c/,
    ],
    ['more vCPUs than the quota', router({ InstanceType: 'c7i.2xlarge' }), /your current vCPU limit of 5 allows/],
    [
      'an interface in use',
      { ...router(), Second: { ...router()['Instance'], Type: 'AWS::EC2::Instance', DependsOn: 'Instance' } },
      /Interface: \[eni-[0-9a-f]{17}\] in use\./,
    ],
    [
      'user data over 16 KB',
      router({ UserData: { 'Fn::Base64': 'x'.repeat(16_385) } }),
      /User data is limited to 16384 bytes/,
    ],
    ['user data that are not Base64', router({ UserData: '#cloud-config' }), /Invalid BASE64 encoding of user data/],
    [
      'an instance profile that is not there',
      second({ InstanceType: 't3.micro', IamInstanceProfile: 'nobody' }),
      /Invalid IAM Instance Profile name/,
    ],
    [
      'a version that is not there',
      {
        ...router(),
        Instance: {
          Type: 'AWS::EC2::Instance',
          Properties: { LaunchTemplate: { LaunchTemplateId: { Ref: 'Template' }, Version: '2' } },
        },
      },
      /Could not find the specified version 2/,
    ],
    [
      'no image',
      { ...network(), Instance: { Type: 'AWS::EC2::Instance', Properties: { SubnetId: { Ref: 'Subnet' } } } },
      /must contain the parameter imageId/,
    ],
    [
      'a tag that metadata cannot show',
      router({ TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a/b', Value: 'c' }] }] }),
      /'a\/b' is not a valid tag key/,
    ],
  ])('%s', async (_what, resources, why) => {
    await expect(deployed(resources)).rejects.toThrow(why);
  });

  it('for a quota of vCPUs that others use, until it is raised', async () => {
    const another = {
      Type: 'AWS::EC2::Instance',
      Properties: { ImageId: image, InstanceType: 'c7i.large', SubnetId: { Ref: 'East' } },
    };
    const three = { ...network(), East: eastSubnet, Second: another, Third: another, Fourth: another };
    await expect(deployed(three)).rejects.toThrow(/vCPU limit of 5/);
    await expect(deployed(three, { account: emptyAccount({ vCPUs: 6 }) })).resolves.toBeDefined();
  });
});

const eastSubnet = {
  Type: 'AWS::EC2::Subnet',
  Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.1.1.0/24', AvailabilityZone: `${region}a` },
};

describe('a change of an instance', () => {
  it('of type or user data is refused unless it is stopped', async () => {
    const { client, ids } = await deployed(router());
    const InstanceId = ids['Instance'] ?? '';
    const change = () =>
      client.send(new ModifyInstanceAttributeCommand({ InstanceId, InstanceType: { Value: 't3.large' } }));
    expect(await refusal(change())).toMatchObject({ code: 'IncorrectInstanceState' });
  });

  it('to running takes vCPUs of the quota again: others may have them since it stopped', async () => {
    const { ids, emulator, client } = await deployed(router());
    const id = ids['Instance'] ?? '';
    emulator.ec2.lifecycle.stop(region, id);
    await emulator.ec2.lifecycle.reached(region, id, 'stopped');
    emulator.ec2.perform(region, changeInstance(id, { type: 't3.large' }));
    const big = launchInstance({
      template: undefined,
      data: { imageId: image, instanceType: 'c6i.xlarge', subnet: ids['Subnet'] },
    });
    expect(emulator.ec2.perform(region, big)).toMatchObject({ state: 'pending', type: 'c6i.xlarge' });
    const start = client.send(new StartInstancesCommand({ InstanceIds: [id] }));
    expect(await refusal(start)).toMatchObject({ code: 'VcpuLimitExceeded' });
  });
});
