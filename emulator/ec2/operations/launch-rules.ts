import { invalidParameter, missingParameter } from '#emulator/ec2/errors.ts';
import { imageNamed } from '#emulator/ec2/images.ts';
import { architectureOf, INSTANCE_TYPES, vcpusOf } from '#emulator/ec2/instance-types.ts';
import type { Image } from '#emulator/ec2/model/catalog.ts';
import type { LaunchTemplateData } from '#emulator/ec2/model/launch-templates.ts';
import type { OperationContext } from '#emulator/ec2/operation.ts';
import type { RegionState } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';

/**
 * The image that a launch names by its id, or by a parameter: `resolve:ssm:<name>`.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html
 * Throws for a parameter that is not there; its code is [unverified].
 */
export function imageIdOf(named: string, { parameter }: OperationContext): string {
  const [, name] = /^resolve:ssm:([^:]+)$/.exec(named) ?? [];
  if (name === undefined) return named;
  const id = parameter(name);
  if (id !== undefined) return id;
  throw invalidParameter(`Could not resolve the SSM parameter ${name}: ParameterNotFound.`);
}

/**
 * Throws `InvalidAMIID.NotFound`, `OptInRequired` for a Marketplace image whose product the account has not subscribed to
 * (https://github.com/awslabs/harmonix/issues/22), `InvalidParameterValue` for a type of another architecture.
 */
export function checkImage(id: string, type: string, state: RegionState): Image {
  const image = imageNamed(id, state);
  if (image.product !== undefined && !image.subscribed) {
    throw new AwsError(
      'OptInRequired',
      `In order to use this AWS Marketplace product you need to accept terms and subscribe. To do so please visit https://aws.amazon.com/marketplace/pp?sku=${image.product}`,
      401,
    );
  }
  const architecture = architectureOf(type);
  if (architecture !== image.architecture) {
    throw invalidParameter(
      `The architecture '${architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  }
  return image;
}

/**
 * Throws `MissingParameter` for a device that is not the image's root device, and so is a new volume, whose size nothing states:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html
 */
export function checkDevices({ devices = [] }: LaunchTemplateData, { rootDevice }: Image): void {
  const isUnknown = devices.some(
    ({ name, size, snapshot }) => name !== rootDevice && size === undefined && snapshot === undefined,
  );
  if (isUnknown) throw missingParameter('size or snapshotId');
}

/** Throws `InvalidParameterValue` for what is no type, `Unsupported` for one that the zone does not offer. */
export function checkType(type: string, zone: string, { catalog }: RegionState): void {
  if (!INSTANCE_TYPES.has(type)) throw invalidParameter(`Invalid value '${type}' for InstanceType.`);
  const isMissing = (name: string) => catalog.unsupportedTypes[name]?.includes(type) === true;
  if (!isMissing(zone)) return;
  const others = catalog.zones.filter((name) => !isMissing(name)).join(', ');
  throw new AwsError(
    'Unsupported',
    `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing ${others}.`,
  );
}

/** Throws `VcpuLimitExceeded`: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-quotas.html counts running instances. */
export function checkVcpus(type: string, { instances, catalog: { quotas } }: RegionState): void {
  const running = [...instances.values()]
    .filter(({ state }) => state === 'pending' || state === 'running')
    .reduce((sum, instance) => sum + vcpusOf(instance.type), 0);
  if (running + vcpusOf(type) <= quotas.vcpus) return;
  throw new AwsError(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${quotas.vcpus} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}

/** The name of the profile that a name or an ARN states. Throws `InvalidParameterValue` for one that IAM does not have. */
export function checkProfile(profile: string | undefined, { hasProfile }: OperationContext): string | undefined {
  if (profile === undefined) return undefined;
  const name = profile.slice(profile.lastIndexOf('/') + 1);
  if (hasProfile(name)) return name;
  throw invalidParameter(
    `Value (${profile}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
  );
}

/** Throws `InvalidParameterValue`: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html, "tag keys". */
export function checkMetadataTags({ metadata, tags = {} }: LaunchTemplateData): void {
  if (metadata?.tags !== true) return;
  const unfit = Object.keys(tags).find((key) => !/^[\w\-+=.,@:]{1,255}$/.test(key) || /^(\.\.?|_index)$/.test(key));
  if (unfit === undefined) return;
  throw invalidParameter(
    `'${unfit}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
  );
}
