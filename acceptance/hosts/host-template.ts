import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { gzipSync } from 'node:zlib';

/**
 * One vCPU: with two routers of two vCPUs it fits into the five of a new account's quota, which a t4g.nano (two) does not. Of the
 * Nitro System, whose serial console can be read at any time.
 */
export const MEASURING_HOST_TYPE = 'c6g.medium';

/** Amazon Linux 2023, arm64: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html */
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** UDP port of the probes. */
const PORT = 7007;

export interface MeasuringHost {
  readonly site: string;
  /** `vpc-…`, `subnet-…` */
  readonly vpc: string;
  readonly subnet: string;
  /** Its own private address, and that of the host at the other site. */
  readonly address: string;
  readonly peer: string;
  /** The other site's front network. */
  readonly peerNetwork: string;
}

/**
 * The stack of a measuring host, as a CloudFormation template: one instance in a front subnet, without a public address, a role or
 * a way to the internet. Its readings leave by its serial console. Pure, apart from reading the probe program.
 */
export function hostTemplate(host: MeasuringHost): string {
  const tags = [{ Key: 'Name', Value: `acceptance-host-${host.site}` }];
  const rules = [
    { IpProtocol: 'udp', FromPort: PORT, ToPort: PORT, CidrIp: host.peerNetwork },
    { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, CidrIp: host.peerNetwork },
  ];
  return JSON.stringify({
    Description: `vyos-failover: measuring host of an acceptance run at ${host.site}`,
    Resources: {
      Group: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: 'Measuring host: probes to and from the other site',
          VpcId: host.vpc,
          SecurityGroupIngress: rules,
          SecurityGroupEgress: rules,
        },
      },
      Template: {
        Type: 'AWS::EC2::LaunchTemplate',
        Properties: {
          LaunchTemplateData: {
            ImageId: IMAGE,
            InstanceType: MEASURING_HOST_TYPE,
            NetworkInterfaces: [
              {
                DeviceIndex: 0,
                SubnetId: host.subnet,
                PrivateIpAddress: host.address,
                Groups: [{ Ref: 'Group' }],
                AssociatePublicIpAddress: false,
              },
            ],
            MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
            BlockDeviceMappings: [
              { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', DeleteOnTermination: true } },
            ],
            TagSpecifications: ['instance', 'volume'].map((ResourceType) => ({ ResourceType, Tags: tags })),
            UserData: Buffer.from(hostUserData(host)).toString('base64'),
          },
        },
      },
      Host: {
        Type: 'AWS::EC2::Instance',
        Properties: {
          LaunchTemplate: {
            LaunchTemplateId: { Ref: 'Template' },
            Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
          },
        },
      },
    },
    Outputs: { InstanceId: { Value: { Ref: 'Host' } } },
  });
}

/** A script for cloud-init, which installs the probe as a service. */
export function hostUserData({ peer }: Pick<MeasuringHost, 'peer'>): string {
  if (isIP(peer) !== 4) throw new RangeError(`${peer} is not an IPv4 address`);
  const program = gzipSync(readFileSync(new URL('probe.py', import.meta.url))).toString('base64');
  return `#!/bin/bash
set -e
base64 -d <<'END' | gunzip >/usr/local/bin/acceptance-probe.py
${program}
END
systemd-run --unit acceptance-probe --property Restart=always --property RestartSec=1 \\
  /usr/bin/python3 /usr/local/bin/acceptance-probe.py ${peer} ${PORT}
`;
}
