import { EC2Client } from '@aws-sdk/client-ec2';
import { onTestFinished } from 'vitest';
import type { Account } from '#emulator/account.ts';
import type { Emulator } from '#emulator/emulator.ts';
import type { StartOptions } from '#emulator/start.ts';
import { region } from '../account.fixture.ts';
import { type Resources, run } from '../platform/assembly.fixture.ts';

export const image = 'ami-0a1b2c3d4e5f60071';
export const unsubscribedImage = 'ami-0a1b2c3d4e5f60072';
export const armImage = 'ami-0a1b2c3d4e5f60073';

/** An account without any network, which can find three images. */
export function emptyAccount(raisedQuotas: Account['raisedQuotas'] = {}): Account {
  const owner = '679593333241';
  return {
    raisedQuotas,
    regions: {
      [region]: {
        vpcs: [],
        subnets: [],
        interfaces: [],
        instances: [],
        routeTables: [],
        images: [
          { id: image, owner, name: 'VyOS 1.4.4', product: '8wqdkv3u2b9sa0y73xob2yl90' },
          { id: unsubscribedImage, owner, name: 'VyOS 1.5.0', product: '7notsubscribed', subscribed: false },
          { id: armImage, owner: '123456789012', name: 'own', architecture: 'arm64' },
        ],
        unsupportedTypes: { [`${region}b`]: ['c7i.large'] },
      },
    },
  };
}

/** A VPC with an internet gateway, a subnet and a route table with a default route. */
export const network = (): Resources => ({
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.1.0.0/16', Tags: [{ Key: 'Name', Value: 'tokyo' }] } },
  Gateway: { Type: 'AWS::EC2::InternetGateway' },
  Attachment: {
    Type: 'AWS::EC2::VPCGatewayAttachment',
    Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Gateway' } },
  },
  Subnet: {
    Type: 'AWS::EC2::Subnet',
    Properties: {
      VpcId: { Ref: 'Vpc' },
      CidrBlock: '10.1.0.0/24',
      AvailabilityZone: { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] },
    },
  },
  Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
  Route: {
    Type: 'AWS::EC2::Route',
    DependsOn: 'Attachment',
    Properties: {
      RouteTableId: { Ref: 'Table' },
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: { Ref: 'Gateway' },
    },
  },
  Association: {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { RouteTableId: { Ref: 'Table' }, SubnetId: { Ref: 'Subnet' } },
  },
});

/** A router's interface in that network, with an Elastic IP address. */
export const routerInterface = (): Resources => ({
  ...network(),
  Group: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      VpcId: { Ref: 'Vpc' },
      GroupDescription: 'router',
      SecurityGroupIngress: [{ IpProtocol: 'udp', FromPort: 500, ToPort: 500, CidrIp: '203.0.113.7/32' }],
    },
  },
  Interface: {
    Type: 'AWS::EC2::NetworkInterface',
    Properties: {
      SubnetId: { Ref: 'Subnet' },
      PrivateIpAddress: '10.1.0.10',
      SourceDestCheck: false,
      GroupSet: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }],
      Tags: [{ Key: 'Name', Value: 'tokyo-1' }],
    },
  },
  Address: { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc' } },
  AddressAssociation: {
    Type: 'AWS::EC2::EIPAssociation',
    DependsOn: 'Attachment',
    Properties: {
      AllocationId: { 'Fn::GetAtt': ['Address', 'AllocationId'] },
      NetworkInterfaceId: { Ref: 'Interface' },
    },
  },
});

/** A launch template for that interface, and the instance of its first version. */
export const router = (data: Record<string, unknown> = {}): Resources => ({
  ...routerInterface(),
  Template: {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: {
        ImageId: image,
        InstanceType: 't3.medium',
        UserData: { 'Fn::Base64': '#cloud-config\n' },
        NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: { Ref: 'Interface' } }],
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1, InstanceMetadataTags: 'enabled' },
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'vyos-failover-router', Value: 'tokyo-1' }] }],
        ...data,
      },
    },
  },
  Instance: {
    Type: 'AWS::EC2::Instance',
    Properties: { LaunchTemplate: { LaunchTemplateId: { Ref: 'Template' }, Version: '1' } },
  },
});

/** Instances without waiting. */
export const AT_ONCE = {
  pendingMs: 0,
  bootMs: 0,
  initializingMs: 0,
  stoppingMs: 0,
  shuttingDownMs: 0,
  rebootMs: 0,
  statusCheckMs: 0,
};

/** The emulator with one stack of these resources in an empty account, and an administrator's client. */
export async function deployed(resources: Resources, options: Partial<StartOptions> = {}) {
  const outputs = Object.fromEntries(Object.keys(resources).map((name) => [name, { Value: { Ref: name } }]));
  const emulator = await run(resources, { account: emptyAccount(), ec2: { times: AT_ONCE }, outputs, ...options });
  return { emulator, client: clientOf(emulator), ids: emulator.stackOutputs('site') };
}

/** @param keys default: an administrator's */
export function clientOf(emulator: Emulator, keys = emulator.credentials.forUser()): EC2Client {
  const client = new EC2Client({ endpoint: emulator.endpoint, region, credentials: keys, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}
