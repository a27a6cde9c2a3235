import { type CfnParameter, Fn } from 'aws-cdk-lib';
import { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

export interface RouterLaunchProps {
  /** Its name in the console, and that of its volume. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly interfaceId: string;
  readonly instanceProfileArn: string;
  readonly imageId: CfnParameter;
  readonly instanceType: CfnParameter;
  /** `#cloud-config`, as text or compressed. */
  readonly userData: Buffer;
}

/** VyOS's images: https://github.com/vyos/build-ami, `ami_root_device_name`. An image with another one cannot be launched. */
const ROOT_DEVICE = '/dev/xvda';

/**
 * How a router's instance is launched. A change makes a new version, which only `upgrade` launches: to change an instance's own
 * properties would stop it.
 */
export function routerLaunchTemplate(scope: Construct, id: string, of: RouterLaunchProps): CfnLaunchTemplate {
  const tags = Object.entries({ Name: of.name, ...of.tags }).map(([key, value]) => ({ key, value }));
  return new CfnLaunchTemplate(scope, id, {
    launchTemplateData: {
      imageId: of.imageId.valueAsString,
      instanceType: of.instanceType.valueAsString,
      iamInstanceProfile: { arn: of.instanceProfileArn },
      networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: of.interfaceId }],
      // Tokens only, and no container or proxy in front of the router can get one.
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpTokens: 'required',
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: [
        { deviceName: ROOT_DEVICE, ebs: { encrypted: true, volumeType: 'gp3', deleteOnTermination: true } },
      ],
      // Status checks each minute instead of every five.
      monitoring: { enabled: true },
      disableApiTermination: true,
      maintenanceOptions: { autoRecovery: 'default' },
      tagSpecifications: ['instance', 'volume'].map((resourceType) => ({ resourceType, tags })),
      userData: of.userData.toString('base64'),
    },
    tagSpecifications: [{ resourceType: 'launch-template', tags }],
  });
}

/** The newest version, which `upgrade` launches. */
export function latestVersion(template: CfnLaunchTemplate): string {
  return Fn.getAtt(template.logicalId, 'LatestVersionNumber').toString();
}
