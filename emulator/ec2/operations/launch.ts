import { invalidCombination, missingParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import type { Instance } from '#emulator/ec2/model/instances.ts';
import type { InterfaceRequest, LaunchTemplateData } from '#emulator/ec2/model/launch-templates.ts';
import type { NetworkInterface } from '#emulator/ec2/model/networks.ts';
import type { Operation, OperationContext } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced, zoneOf } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';
import {
  checkDevices,
  checkImage,
  checkMetadataTags,
  checkProfile,
  checkType,
  checkVcpus,
  imageIdOf,
} from './launch-rules.ts';
import { checkUserData, findLaunchTemplate, versionOf } from './launch-template.ts';
import { createNetworkInterface } from './network-interface.ts';

interface LaunchRequest {
  readonly template:
    | { readonly id: string | undefined; readonly name: string | undefined; readonly version: string }
    | undefined;
  /** Overrides the template's data. */
  readonly data: LaunchTemplateData;
}

/**
 * A `pending` instance with its interfaces attached; `Lifecycle.launch` makes it run.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html. Throws what RunInstances refuses:
 * `InvalidAMIID.NotFound`, `OptInRequired`, `Unsupported`, `VcpuLimitExceeded`, `InvalidNetworkInterface.InUse`, …
 */
export function launchInstance({ template, data }: LaunchRequest): Operation<Instance> {
  return (state, context) => {
    const wanted = merged(template === undefined ? {} : templateData(template, state), data);
    if (wanted.imageId === undefined) throw missingParameter('ImageId');
    // EC2's own default.
    const type = wanted.instanceType ?? 'm1.small';
    const image = checkImage(imageIdOf(wanted.imageId, context), type, state);
    checkDevices(wanted, image);
    const { state: prepared, interfaces } = withInterfaces(wanted, state, context);
    const zone = zoneOf(state, interfaces[0]?.interface.subnet ?? '');
    checkType(type, zone, state);
    checkVcpus(type, state);
    checkUserData(wanted.userData);
    checkMetadataTags(wanted);
    const instance: Instance = {
      id: context.newId('i'),
      state: 'pending',
      check: 'not-applicable',
      impairedSince: undefined,
      volumesImpairedSince: undefined,
      scheduledEvents: [],
      responsive: false,
      tags: wanted.tags ?? {},
      profile: checkProfile(wanted.profile, context),
      launchedAt: context.now,
      type,
      image: image.id,
      zone,
      userData: wanted.userData,
      disableApiTermination: wanted.disableApiTermination ?? false,
      detailedMonitoring: wanted.detailedMonitoring ?? false,
      metadata: wanted.metadata ?? {},
      console: '',
    };
    return {
      result: instance,
      state: {
        ...prepared,
        interfaces: attached(instance, interfaces, prepared),
        instances: replaced(prepared.instances, instance.id, instance),
      },
    };
  };
}

/**
 * With the tags that say where the instance comes from:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
 */
function templateData(template: NonNullable<LaunchRequest['template']>, state: RegionState): LaunchTemplateData {
  const found = findLaunchTemplate(template, state);
  const { number, data } = versionOf(found, template.version);
  const tags = { 'aws:ec2launchtemplate:id': found.id, 'aws:ec2launchtemplate:version': String(number) };
  return { ...data, tags: { ...data.tags, ...tags } };
}

function merged(template: LaunchTemplateData, own: LaunchTemplateData): LaunchTemplateData {
  const stated = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...template, ...stated, tags: { ...template.tags, ...own.tags } };
}

interface Wanted {
  readonly request: InterfaceRequest;
  readonly interface: NetworkInterface;
}

/** Finds the interfaces that the launch names, and makes those that it describes. */
function withInterfaces(
  { interfaces = [], subnet, groups }: LaunchTemplateData,
  before: RegionState,
  context: OperationContext,
): { readonly state: RegionState; readonly interfaces: readonly Wanted[] } {
  if (interfaces.length > 0 && groups !== undefined) {
    throw invalidCombination(
      'Network interfaces and an instance-level security groups may not be specified on the same request',
    );
  }
  const requests: readonly InterfaceRequest[] =
    interfaces.length > 0 ? interfaces : [{ deviceIndex: 0, subnet, groups }];
  let state = before;
  const found = requests.map((request): Wanted => {
    if (request.id !== undefined) return { request, interface: freeInterface(request.id, state) };
    if (request.subnet === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user.');
    const made = createNetworkInterface({
      subnet: request.subnet,
      address: request.address,
      groups: request.groups,
      sourceDestCheck: true,
      description: '',
      tags: {},
    })(state, context);
    ({ state } = made);
    return { request, interface: made.result };
  });
  return { state, interfaces: found };
}

function freeInterface(id: string, { interfaces }: RegionState): NetworkInterface {
  const found = existing('eni', id, interfaces);
  if (found.attachment === undefined) return found;
  // https://github.com/hashicorp/terraform-provider-aws/issues/27513
  throw new AwsError('InvalidNetworkInterface.InUse', `Interface: [${id}] in use.`);
}

/**
 * "By default, network interfaces that are attached with an existing id are not deleted on termination":
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
 */
function attached(
  { id, launchedAt }: Instance,
  wanted: readonly Wanted[],
  { interfaces }: RegionState,
): ReadonlyMap<string, NetworkInterface> {
  const all = new Map(interfaces);
  for (const { request, interface: each } of wanted) {
    const { deviceIndex, deleteOnTermination = request.id === undefined } = request;
    all.set(each.id, { ...each, attachment: { instance: id, deviceIndex, at: launchedAt, deleteOnTermination } });
  }
  return all;
}
