import {
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  EC2ServiceException,
  ModifyInstanceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { BOUNDED_DESK } from './bounds.ts';

/** The instance that an interface is attached to. */
export interface Attachment {
  /** `i-…` */
  readonly instance: string;
  /** ms since the epoch. */
  readonly since: number;
}

/** @returns undefined: the interface does not exist, or is attached to no instance */
export async function attachmentOf(region: string, eni: string, signal?: AbortSignal): Promise<Attachment | undefined> {
  try {
    const { NetworkInterfaces: [found] = [] } = await new EC2Client({ ...BOUNDED_DESK, region }).send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] }),
      signal && { abortSignal: signal },
    );
    const { InstanceId, AttachTime, Status } = found?.Attachment ?? {};
    if (InstanceId === undefined || Status === 'detached') return undefined;
    return { instance: InstanceId, since: AttachTime?.getTime() ?? 0 };
  } catch (error) {
    if (error instanceof EC2ServiceException && error.name === 'InvalidNetworkInterfaceID.NotFound') return undefined;
    throw error;
  }
}

/** Turns termination protection on or off. An instance that no longer exists needs none. */
export async function protectFromTermination(region: string, instance: string, on: boolean): Promise<void> {
  try {
    await new EC2Client({ ...BOUNDED_DESK, region }).send(
      new ModifyInstanceAttributeCommand({ InstanceId: instance, DisableApiTermination: { Value: on } }),
    );
  } catch (error) {
    if (error instanceof EC2ServiceException && GONE.has(error.name)) return;
    throw error;
  }
}

const GONE: ReadonlySet<string> = new Set(['InvalidInstanceID.NotFound', 'IncorrectInstanceState']);

/** Whether an image of this id exists and the account may launch it. */
export async function imageExists(region: string, image: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const { Images = [] } = await new EC2Client({ ...BOUNDED_DESK, region }).send(
      new DescribeImagesCommand({ ImageIds: [image] }),
      signal && { abortSignal: signal },
    );
    return Images.length > 0;
  } catch (error) {
    if (error instanceof EC2ServiceException && error.name.startsWith('InvalidAMIID.')) return false;
    throw error;
  }
}

/** Whether EC2 offers an instance type in the zone of an interface. */
export async function typeIsOffered(region: string, eni: string, type: string, signal?: AbortSignal): Promise<boolean> {
  const ec2 = new EC2Client({ ...BOUNDED_DESK, region });
  const abort = signal && { abortSignal: signal };
  const { NetworkInterfaces: [found] = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] }),
    abort,
  );
  const { InstanceTypeOfferings = [] } = await ec2.send(
    new DescribeInstanceTypeOfferingsCommand({
      LocationType: 'availability-zone',
      Filters: [
        { Name: 'location', Values: [found?.AvailabilityZone ?? ''] },
        { Name: 'instance-type', Values: [type] },
      ],
    }),
    abort,
  );
  return InstanceTypeOfferings.length > 0;
}
