import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import { AwsError } from '#emulator/service.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, type ResourceFamily, type ResourceType } from './family.ts';

const documentSchema = z.object({
  Content: z.union([z.string(), z.looseObject({})]),
  DocumentType: z.enum(['Command']).default('Command'),
  UpdateMethod: z.enum(['Replace', 'NewVersion']).default('Replace'),
});
const parameterSchema = z.object({
  Type: z.enum(['String', 'StringList']),
  Value: z.string(),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).default('Standard'),
});

const nameOf = (resource: Resource): string => resource.text('Name') ?? resource.generatedName(128);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html */
const document: ResourceType = {
  identify: (resource) => ({ ref: nameOf(resource), attributes: {} }),
  create(resource, cloud) {
    if (cloud.documents(resource.region).has(nameOf(resource)))
      throw new AwsError('DocumentAlreadyExists', `Document with same name ${nameOf(resource)} already exists`);
    registerDocument(resource, cloud);
  },
  update(resource, previous, cloud) {
    const isNew = changed(resource, previous, 'Name', 'DocumentType', 'TargetType');
    if (isNew || resource.read(documentSchema).UpdateMethod === 'Replace') return 'replace';
    return registerDocument(resource, cloud);
  },
  delete: (resource, cloud) => cloud.documents(resource.region).delete(nameOf(resource)),
};

const parameter: ResourceType = {
  identify: (resource) => ({
    ref: nameOf(resource),
    attributes: { Type: resource.text('Type') ?? '', Value: resource.text('Value') ?? '' },
  }),
  create: (resource, cloud) => putParameter(resource, cloud, { overwrite: false }),
  update: (resource, previous, cloud) =>
    changed(resource, previous, 'Name') ? 'replace' : putParameter(resource, cloud, { overwrite: true }),
  delete(resource, cloud) {
    const store = cloud.parameters(resource.region);
    if (store.find(nameOf(resource)) !== undefined) store.delete(nameOf(resource));
  },
};

export const ssm: ResourceFamily = {
  types: { 'AWS::SSM::Document': document, 'AWS::SSM::Parameter': parameter },
};

function registerDocument(resource: Resource, cloud: Cloud): void {
  cloud.registerDocument(resource.region, nameOf(resource), resource.read(documentSchema).Content);
}

function putParameter(resource: Resource, cloud: Cloud, { overwrite }: { readonly overwrite: boolean }): void {
  const { Type: type, Value, Tier } = resource.read(parameterSchema);
  const now = cloud.clock.now();
  const advanced = Tier !== 'Standard';
  cloud.parameters(resource.region).put(nameOf(resource), cloud.localize(Value), { type, overwrite, advanced, now });
}
