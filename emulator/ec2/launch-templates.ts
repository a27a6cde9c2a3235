import type { Read } from './action.ts';
import { missingParameter } from './errors.ts';
import { type Fields, filtered } from './filters.ts';
import { existing } from './ids.ts';
import type {
  InterfaceRequest,
  LaunchTemplate,
  LaunchTemplateData,
  LaunchTemplateVersion,
} from './model/launch-templates.ts';
import { findLaunchTemplate, versionOf } from './operations/launch-template.ts';
import { page } from './paging.ts';
import { tagsXml } from './tags.ts';
import type { XmlObject } from './wire.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html */
export const describeLaunchTemplates: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('LaunchTemplateId');
    const names = parameters.texts('LaunchTemplateName');
    const asked = [
      ...ids.map((id) => existing('lt', id, state.launchTemplates)),
      ...names.map((name) => findLaunchTemplate({ id: undefined, name }, state)),
    ];
    const all = ids.length + names.length === 0 ? [...state.launchTemplates.values()] : asked;
    const matching = filtered(all, parameters.filters(), fields, ({ tags }) => tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 1, max: 200 });
    const launchTemplates = items.map((template) => ({
      launchTemplateId: template.id,
      launchTemplateName: template.name,
      defaultVersionNumber: template.defaultVersion,
      latestVersionNumber: template.versions.at(-1)?.number,
      tagSet: tagsXml(template.tags),
    }));
    return { launchTemplates, nextToken };
  },
};

const fields: Fields<LaunchTemplate> = { 'launch-template-name': ({ name }) => [name] };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html, of one template. */
export const describeLaunchTemplateVersions: Read = {
  kind: 'read',
  run(parameters, state) {
    const [id, name] = [parameters.text('LaunchTemplateId'), parameters.text('LaunchTemplateName')];
    if (id === undefined && name === undefined) throw missingParameter('LaunchTemplateId');
    const template = findLaunchTemplate({ id, name }, state);
    const wanted = parameters.texts('LaunchTemplateVersion');
    // Newest first.
    const versions =
      wanted.length === 0 ? template.versions.toReversed() : wanted.map((version) => versionOf(template, version));
    const { items, nextToken } = page(versions, parameters, { ids: [], min: 1, max: 200 });
    return { launchTemplateVersionSet: items.map((version) => versionXml(template, version)), nextToken };
  },
};

function versionXml(template: LaunchTemplate, version: LaunchTemplateVersion): XmlObject {
  return {
    launchTemplateId: template.id,
    launchTemplateName: template.name,
    versionNumber: version.number,
    versionDescription: version.description,
    defaultVersion: version.number === template.defaultVersion,
    createTime: new Date(version.createdAt).toISOString(),
    launchTemplateData: dataXml(version.data),
  };
}

function dataXml(data: LaunchTemplateData): XmlObject {
  const { profile, metadata } = data;
  return {
    imageId: data.imageId,
    instanceType: data.instanceType,
    userData: data.userData,
    iamInstanceProfile: profile === undefined ? undefined : { [profile.startsWith('arn:') ? 'arn' : 'name']: profile },
    networkInterfaceSet: data.interfaces?.map(interfaceXml),
    securityGroupIdSet: data.groups,
    disableApiTermination: data.disableApiTermination,
    monitoring: data.detailedMonitoring === undefined ? undefined : { enabled: data.detailedMonitoring },
    metadataOptions: metadata && {
      httpTokens: metadata.tokens,
      httpPutResponseHopLimit: metadata.hopLimit,
      instanceMetadataTags: metadata.tags === undefined ? undefined : metadata.tags ? 'enabled' : 'disabled',
    },
    tagSpecificationSet: data.tags && [{ resourceType: 'instance', tagSet: tagsXml(data.tags) }],
  };
}

function interfaceXml({ id, ...request }: InterfaceRequest): XmlObject {
  return {
    deviceIndex: request.deviceIndex,
    networkInterfaceId: id,
    subnetId: request.subnet,
    privateIpAddress: request.address,
    groupSet: request.groups,
    deleteOnTermination: request.deleteOnTermination,
  };
}
