import { readFileSync } from 'node:fs';

/** What a measurement is asked for. */
export interface MeterRequest {
  /** How often the route is replaced. */
  readonly flips: number;
  /** Availability Zone of the instance. Undefined: the Region's first. */
  readonly zone?: string | undefined;
}

/** Two vCPUs and three network interfaces: https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html#gp_network */
export const METER_TYPE = 't4g.small';

/** Amazon Linux 2023, arm64: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html */
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** A VPC of its own, connected to no other network. */
const VPC = '10.255.255.0/27';
const SENDER = { subnet: '10.255.255.0/28', address: '10.255.255.10' } as const;
const RECEIVERS = { subnet: '10.255.255.16/28', addresses: ['10.255.255.26', '10.255.255.27'] } as const;
/** Of no machine: https://www.rfc-editor.org/rfc/rfc5737 */
const DESTINATION = '192.0.2.1';
const PORT = 7008;

/**
 * The stack of a measurement, as a CloudFormation template: a VPC with one instance of three interfaces, a route table with the route
 * that is measured, and a role that may replace routes of this table alone. Pure, apart from reading the program of the instance.
 */
export function meterTemplate({ flips, zone }: MeterRequest): string {
  return JSON.stringify({
    Description: 'vyos-failover: measures how long a change of a route takes; safe to delete at any time',
    Resources: { ...network(zone), ...interfaces(), ...host(flips) },
    Outputs: { InstanceId: { Value: ref('Host') }, RouteTableId: { Value: ref('Table') } },
  });
}

const ref = (name: string) => ({ Ref: name });

function network(named: string | undefined) {
  const zone = named ?? { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] };
  const subnet = (CidrBlock: string) => resource('Subnet', { VpcId: ref('Vpc'), CidrBlock, AvailabilityZone: zone });
  return {
    Vpc: resource('VPC', { CidrBlock: VPC }),
    Gateway: resource('InternetGateway', {}),
    Attachment: resource('VPCGatewayAttachment', { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') }),
    SenderSubnet: subnet(SENDER.subnet),
    ReceiverSubnet: subnet(RECEIVERS.subnet),
    Table: resource('RouteTable', { VpcId: ref('Vpc') }),
    Association: resource('SubnetRouteTableAssociation', { RouteTableId: ref('Table'), SubnetId: ref('SenderSubnet') }),
    DefaultRoute: resource(
      'Route',
      { RouteTableId: ref('Table'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Gateway') },
      ['Attachment'],
    ),
    MeasuredRoute: resource('Route', {
      RouteTableId: ref('Table'),
      DestinationCidrBlock: `${DESTINATION}/32`,
      NetworkInterfaceId: ref('Receiver1'),
    }),
    Group: resource('SecurityGroup', {
      GroupDescription: 'Datagrams of the measurement, and HTTPS to EC2',
      VpcId: ref('Vpc'),
      SecurityGroupIngress: [{ ...datagrams, CidrIp: SENDER.subnet }],
      SecurityGroupEgress: [
        { ...datagrams, CidrIp: `${DESTINATION}/32` },
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' },
      ],
    }),
  };
}

const datagrams = { IpProtocol: 'udp', FromPort: PORT, ToPort: PORT };

function interfaces() {
  const networkInterface = (subnet: string, address: string, SourceDestCheck: boolean) =>
    resource('NetworkInterface', {
      SubnetId: ref(subnet),
      PrivateIpAddress: address,
      GroupSet: [ref('Group')],
      SourceDestCheck,
    });
  return {
    Sender: networkInterface('SenderSubnet', SENDER.address, true),
    // Their datagrams are for another address.
    Receiver1: networkInterface('ReceiverSubnet', RECEIVERS.addresses[0], false),
    Receiver2: networkInterface('ReceiverSubnet', RECEIVERS.addresses[1], false),
    // To reach EC2: an instance with several interfaces gets no public address otherwise.
    Address: resource('EIP', { Domain: 'vpc' }, ['Attachment']),
    AddressAssociation: resource('EIPAssociation', {
      AllocationId: { 'Fn::GetAtt': ['Address', 'AllocationId'] },
      NetworkInterfaceId: ref('Sender'),
    }),
  };
}

function host(flips: number) {
  const table = 'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:route-table/${Table}';
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policy({
          Action: 'sts:AssumeRole',
          Principal: { Service: 'ec2.amazonaws.com' },
        }),
        Policies: [
          {
            PolicyName: 'replace-the-measured-route',
            PolicyDocument: policy({ Action: 'ec2:ReplaceRoute', Resource: { 'Fn::Sub': table } }),
          },
        ],
      },
    },
    Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [ref('Role')] } },
    Template: resource('LaunchTemplate', { LaunchTemplateData: launchData(flips) }),
    Host: resource(
      'Instance',
      {
        LaunchTemplate: {
          LaunchTemplateId: ref('Template'),
          Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
        },
      },
      ['Association', 'DefaultRoute', 'MeasuredRoute', 'AddressAssociation'],
    ),
  };
}

const policy = (statement: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

function launchData(flips: number) {
  return {
    ImageId: IMAGE,
    InstanceType: METER_TYPE,
    IamInstanceProfile: { Name: ref('Profile') },
    NetworkInterfaces: ['Sender', 'Receiver1', 'Receiver2'].map((name, DeviceIndex) => ({
      DeviceIndex,
      NetworkInterfaceId: ref(name),
    })),
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    BlockDeviceMappings: [
      { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', DeleteOnTermination: true } },
    ],
    TagSpecifications: ['instance', 'volume'].map((ResourceType) => ({
      ResourceType,
      Tags: [{ Key: 'Name', Value: { 'Fn::Sub': '${AWS::StackName}' } }],
    })),
    UserData: { 'Fn::Base64': { 'Fn::Join': ['', userData(flips)] } },
  };
}

/** A script that cloud-init runs at the first boot: the program, and the call of its `main` with the settings. */
function userData(flips: number): readonly unknown[] {
  const program = readFileSync(new URL('meter.py', import.meta.url), 'utf8');
  const settings = JSON.stringify({
    region: '${AWS::Region}',
    suffix: '${AWS::URLSuffix}',
    table: '${Table}',
    destination: DESTINATION,
    port: PORT,
    sender: SENDER.address,
    receivers: RECEIVERS.addresses,
    interfaces: ['${Receiver1}', '${Receiver2}'],
    flips,
  });
  return ['#!/usr/bin/python3\n', program, { 'Fn::Sub': `\n\nmain(${settings})\n` }];
}

function resource(type: string, Properties: object, DependsOn?: readonly string[]) {
  return { Type: `AWS::EC2::${type}`, Properties, ...(DependsOn && { DependsOn }) };
}
