import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { region } from '../account.fixture.ts';
import type { Resources } from '../platform/assembly.fixture.ts';
import { deployed, emptyAccount, network, routerInterface } from './created.fixture.ts';

describe('a network that a stack describes', () => {
  it('is shown by the Describes, with CloudFormation’s tags and its own', async () => {
    const { client, ids } = await deployed(network());
    const { Vpcs } = await client.send(new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: ['tokyo'] }] }));
    expect(Vpcs).toMatchObject([{ VpcId: ids['Vpc'], CidrBlock: '10.1.0.0/16', State: 'available' }]);
    expect(Vpcs?.[0]?.Tags).toContainEqual({ Key: 'aws:cloudformation:stack-name', Value: 'site' });
    const { Subnets } = await client.send(new DescribeSubnetsCommand({}));
    expect(Subnets).toMatchObject([
      { SubnetId: ids['Subnet'], AvailabilityZone: `${region}b`, AvailableIpAddressCount: 251 },
    ]);
    const { InternetGateways } = await client.send(new DescribeInternetGatewaysCommand({}));
    expect(InternetGateways).toMatchObject([
      { InternetGatewayId: ids['Gateway'], Attachments: [{ VpcId: ids['Vpc'], State: 'available' }] },
    ]);
  });

  it('has a main route table beside its own; the own one has the local route, the default route and the subnet', async () => {
    const { client, ids } = await deployed(network());
    const { RouteTables = [] } = await client.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables.map(({ Associations }) => Associations?.map(({ Main }) => Main))).toEqual([[true], [false]]);
    expect(RouteTables[1]).toMatchObject({
      RouteTableId: ids['Table'],
      Associations: [{ RouteTableAssociationId: ids['Association'], SubnetId: ids['Subnet'] }],
      Routes: [
        { DestinationCidrBlock: '10.1.0.0/16', GatewayId: 'local', State: 'active' },
        { DestinationCidrBlock: '0.0.0.0/0', GatewayId: ids['Gateway'], State: 'active' },
      ],
    });
    expect(ids['Route']).toBe(`${ids['Table']}|0.0.0.0/0`);
  });

  it('has interfaces with fixed addresses and Elastic IP addresses', async () => {
    const { client, ids } = await deployed(routerInterface());
    const { NetworkInterfaces } = await client.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'tag:Name', Values: ['tokyo-1'] }] }),
    );
    expect(NetworkInterfaces).toMatchObject([
      {
        NetworkInterfaceId: ids['Interface'],
        PrivateIpAddress: '10.1.0.10',
        SourceDestCheck: false,
        Status: 'available',
        AvailabilityZone: `${region}b`,
        Groups: [{ GroupId: ids['Group'] }],
        Association: { PublicIp: ids['Address'], AssociationId: ids['AddressAssociation'] },
      },
    ]);
    const { Addresses } = await client.send(new DescribeAddressesCommand({}));
    expect(Addresses).toMatchObject([{ PublicIp: ids['Address'], NetworkInterfaceId: ids['Interface'] }]);
    const { Subnets } = await client.send(new DescribeSubnetsCommand({}));
    expect(Subnets).toMatchObject([{ AvailableIpAddressCount: 250 }]);
  });

  it('has security groups whose rules are described, the default egress rule included', async () => {
    const { client, ids } = await deployed(routerInterface());
    const { SecurityGroups = [] } = await client.send(new DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups.map(({ GroupName }) => GroupName)).toEqual([
      'default',
      expect.stringMatching(/^site-Group-/),
    ]);
    expect(SecurityGroups[1]).toMatchObject({
      GroupId: ids['Group'],
      VpcId: ids['Vpc'],
      IpPermissions: [{ IpProtocol: 'udp', FromPort: 500, ToPort: 500, IpRanges: [{ CidrIp: '203.0.113.7/32' }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    const { SecurityGroupRules } = await client.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [ids['Group'] ?? ''] }] }),
    );
    expect(SecurityGroupRules).toMatchObject([
      { IsEgress: true, IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' },
      { IsEgress: false, IpProtocol: 'udp', FromPort: 500, CidrIpv4: '203.0.113.7/32' },
    ]);
  });

  it('has rules that name another group; stated egress rules replace the default one', async () => {
    const { client, ids } = await deployed({
      ...network(),
      Peers: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          VpcId: { Ref: 'Vpc' },
          GroupDescription: 'peers',
          SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }],
        },
      },
      Among: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: {
          GroupId: { 'Fn::GetAtt': ['Peers', 'GroupId'] },
          IpProtocol: '-1',
          SourceSecurityGroupId: { 'Fn::GetAtt': ['Peers', 'GroupId'] },
          Description: 'among peers',
        },
      },
    });
    const { SecurityGroupRules } = await client.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [ids['Peers'] ?? ''] }] }),
    );
    expect(SecurityGroupRules).toMatchObject([
      { IsEgress: true, IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
      {
        SecurityGroupRuleId: ids['Among'],
        IsEgress: false,
        IpProtocol: '-1',
        ReferencedGroupInfo: { GroupId: ids['Peers'] },
        Description: 'among peers',
      },
    ]);
  });
});

it('Another block of a VPC has a local route in each table, and its subnets', async () => {
  const { client, ids } = await deployed({
    ...network(),
    More: { Type: 'AWS::EC2::VPCCidrBlock', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.50.0.0/16' } },
    MoreSubnet: {
      Type: 'AWS::EC2::Subnet',
      DependsOn: 'More',
      Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.50.7.0/24' },
    },
  });
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [ids['Table'] ?? ''] }));
  const local = RouteTables?.[0]?.Routes?.filter(({ GatewayId }) => GatewayId === 'local') ?? [];
  expect(new Set(local.map(({ DestinationCidrBlock }) => DestinationCidrBlock))).toEqual(
    new Set(['10.1.0.0/16', '10.50.0.0/16']),
  );
  const { Subnets } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [ids['MoreSubnet'] ?? ''] }));
  expect(Subnets).toMatchObject([{ CidrBlock: '10.50.7.0/24', AvailabilityZone: `${region}a` }]);
});

describe('a network that AWS would refuse', () => {
  const subnet = (cidr: string, more: Record<string, unknown> = {}): Resources => ({
    ...network(),
    Other: {
      Type: 'AWS::EC2::Subnet',
      DependsOn: 'Subnet',
      Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: cidr, ...more },
    },
  });
  const eni = (address: string): Resources => ({
    ...routerInterface(),
    Other: {
      Type: 'AWS::EC2::NetworkInterface',
      DependsOn: 'Interface',
      Properties: { SubnetId: { Ref: 'Subnet' }, PrivateIpAddress: address },
    },
  });
  const group = (rule: Record<string, unknown>, description = 'group'): Resources => ({
    ...network(),
    Other: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { VpcId: { Ref: 'Vpc' }, GroupDescription: description, SecurityGroupIngress: [rule, rule] },
    },
  });
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' };

  it.each<[string, Resources, RegExp]>([
    [
      'a VPC larger than /16',
      { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/8' } } },
      /The CIDR '10\.0\.0\.0\/8' is invalid/,
    ],
    ['a subnet smaller than /28', subnet('10.1.1.0/29'), /The CIDR '10\.1\.1\.0\/29' is invalid/],
    ['a subnet outside its VPC', subnet('10.2.0.0/24'), /The CIDR '10\.2\.0\.0\/24' is invalid/],
    ['a subnet over another', subnet('10.1.0.128/25'), /conflicts with another subnet/],
    [
      'a zone of another region',
      subnet('10.1.1.0/24', { AvailabilityZone: 'us-east-1a' }),
      /following availability zones: ap-northeast-1a, ap-northeast-1b/,
    ],
    ['an address outside the subnet', eni('10.1.1.10'), /does not fall within the subnet's address range/],
    ['an address that AWS reserves', eni('10.1.0.3'), /Address 10\.1\.0\.3 is in subnet's reserved address range/],
    ['the last address', eni('10.1.0.255'), /reserved address range/],
    ['an address in use', eni('10.1.0.10'), /Address 10\.1\.0\.10 is in use/],
    [
      'a rule of TCP with one port',
      group({ IpProtocol: 'tcp', FromPort: 22, CidrIp: '0.0.0.0/0' }),
      /Must specify both from and to ports with TCP\/UDP/,
    ],
    [
      'a rule of ICMP without ports',
      group({ IpProtocol: 'icmp', CidrIp: '0.0.0.0/0' }),
      /Must specify both from and to ports with ICMP/,
    ],
    [
      'another block over the first',
      {
        ...network(),
        More: { Type: 'AWS::EC2::VPCCidrBlock', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.1.128.0/17' } },
      },
      /The CIDR '10\.1\.128\.0\/17' is invalid/,
    ],
    [
      'a rule twice',
      group(https),
      /the specified rule "peer: 10\.0\.0\.0\/8, TCP, from port: 443, to port: 443, ALLOW" already exists/,
    ],
    ['a description with other letters', group(https, 'ルーター'), /Character sets beyond ASCII are not supported/],
    [
      'a route that is there',
      { ...network(), Again: { ...network()['Route'], Type: 'AWS::EC2::Route', DependsOn: 'Route' } },
      /The route identified by 0\.0\.0\.0\/0 already exists/,
    ],
    [
      'a subnet with two route tables',
      {
        ...network(),
        Second: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
        Again: {
          Type: 'AWS::EC2::SubnetRouteTableAssociation',
          DependsOn: 'Association',
          Properties: { RouteTableId: { Ref: 'Second' }, SubnetId: { Ref: 'Subnet' } },
        },
      },
      /conflicts with an existing association/,
    ],
    [
      'a VPC with two internet gateways',
      {
        ...network(),
        Second: { Type: 'AWS::EC2::InternetGateway' },
        Again: {
          Type: 'AWS::EC2::VPCGatewayAttachment',
          DependsOn: 'Attachment',
          Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Second' } },
        },
      },
      /already has an internet gateway attached/,
    ],
  ])('%s', async (_what, resources, why) => {
    await expect(deployed(resources)).rejects.toThrow(why);
  });

  it('a sixth Elastic IP address of a region, unless the quota has been raised', async () => {
    const addresses = Object.fromEntries(
      ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => [name, { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc' } }]),
    );
    await expect(deployed(addresses)).rejects.toThrow(/The maximum number of addresses has been reached/);
    const { ids } = await deployed(addresses, { account: emptyAccount({ 'Elastic IP addresses': 6 }) });
    expect(new Set(Object.values(ids)).size).toBe(6);
  });

  it('an Elastic IP address on an interface of a VPC without an internet gateway', async () => {
    const { Attachment: _attachment, Route: _route, ...resources } = routerInterface();
    const association = {
      ...resources['AddressAssociation'],
      Type: 'AWS::EC2::EIPAssociation',
      DependsOn: 'Interface',
    };
    await expect(deployed({ ...resources, AddressAssociation: association })).rejects.toThrow(
      /is not attached to any internet gateway/,
    );
  });
});
