import { z } from 'zod';
import type { Resource } from '#emulator/template.ts';
import type { ResourceFamily } from './family.ts';

const documentSchema = z.object({
  Content: z.union([z.string(), z.looseObject({})]),
  DocumentType: z.enum(['Command']).default('Command'),
});
const parameterSchema = z.object({ Type: z.enum(['String', 'StringList']), Value: z.string() });

const nameOf = (resource: Resource): string => resource.text('Name') ?? resource.generatedName(128);

export const ssm: ResourceFamily = {
  types: {
    'AWS::SSM::Document': {
      identify: (resource) => ({ ref: nameOf(resource), attributes: {} }),
      create: (resource, cloud) =>
        cloud.registerDocument(resource.region, nameOf(resource), resource.read(documentSchema).Content),
    },
    'AWS::SSM::Parameter': {
      identify: (resource) => ({
        ref: nameOf(resource),
        attributes: { Type: resource.text('Type') ?? '', Value: resource.text('Value') ?? '' },
      }),
      create(resource, cloud) {
        const { Type, Value } = resource.read(parameterSchema);
        cloud.putParameter(resource.region, nameOf(resource), cloud.localize(Value), Type);
      },
    },
  },
};
