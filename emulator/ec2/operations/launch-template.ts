import { invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import type {
  LaunchTemplate,
  LaunchTemplateData,
  LaunchTemplateVersion,
} from '#emulator/ec2/model/launch-templates.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced, without } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';

/** Bytes, before Base64: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html */
const LARGEST_USER_DATA = 16_384;

interface LaunchTemplateRequest {
  readonly name: string;
  readonly data: LaunchTemplateData;
  readonly description: string | undefined;
  readonly tags: Tags;
}

/**
 * A template with version 1. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
 * Whether what it names exists is checked at a launch, and not here.
 */
export function createLaunchTemplate({
  name,
  data,
  description,
  tags,
}: LaunchTemplateRequest): Operation<LaunchTemplate> {
  return (state, context) => {
    checkUserData(data.userData);
    if ([...state.launchTemplates.values()].some((other) => other.name === name)) {
      throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
    }
    const versions = [{ number: 1, description, data, createdAt: context.now }];
    return changed(state, { id: context.newId('lt'), name, defaultVersion: 1, versions, tags });
  };
}

/**
 * The next version; the default version stays. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
 */
export function createLaunchTemplateVersion(
  id: string,
  { data, description }: Pick<LaunchTemplateRequest, 'data' | 'description'>,
): Operation<LaunchTemplate> {
  return (state, context) => {
    checkUserData(data.userData);
    const template = existing('lt', id, state.launchTemplates);
    const number = (template.versions.at(-1)?.number ?? 0) + 1;
    const version = { number, description, data, createdAt: context.now };
    return changed(state, { ...template, versions: [...template.versions, version] });
  };
}

/** Replaces the tags. */
export function tagLaunchTemplate(id: string, tags: Tags): Operation<LaunchTemplate> {
  return (state) => changed(state, { ...existing('lt', id, state.launchTemplates), tags });
}

/** Instances launched from it stay. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html */
export function deleteLaunchTemplate(id: string): Operation {
  return (state) => {
    existing('lt', id, state.launchTemplates);
    return { result: undefined, state: { ...state, launchTemplates: without(state.launchTemplates, id) } };
  };
}

/** `version`: a number, `$Latest` or `$Default`. Throws `InvalidLaunchTemplateId.…`. */
export function versionOf(template: LaunchTemplate, version: string): LaunchTemplateVersion {
  const latest = template.versions.at(-1)?.number;
  const number = version === '$Latest' ? latest : version === '$Default' ? template.defaultVersion : Number(version);
  const found = template.versions.find((each) => each.number === number);
  if (found !== undefined) return found;
  throw new AwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}

/** By id or by name. Throws `InvalidLaunchTemplateId.NotFound`, `InvalidLaunchTemplateName.NotFoundException`. */
export function findLaunchTemplate(
  { id, name }: { readonly id: string | undefined; readonly name: string | undefined },
  { launchTemplates }: RegionState,
): LaunchTemplate {
  if (id !== undefined) return existing('lt', id, launchTemplates);
  const found = [...launchTemplates.values()].find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new AwsError(
    'InvalidLaunchTemplateName.NotFoundException',
    'At least one of the launch templates specified in the request does not exist.',
  );
}

/** `base64`: as the API takes it. Throws `InvalidUserData.Malformed`, `InvalidParameterValue` for more than 16 KB. */
export function checkUserData(base64: string | undefined): void {
  if (base64 === undefined) return;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) {
    throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(base64, 'base64').length > LARGEST_USER_DATA) {
    throw invalidParameter(`User data is limited to ${LARGEST_USER_DATA} bytes`);
  }
}

function changed(state: RegionState, template: LaunchTemplate) {
  return {
    result: template,
    state: { ...state, launchTemplates: replaced(state.launchTemplates, template.id, template) },
  };
}
