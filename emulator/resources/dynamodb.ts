import type { Resource } from '#emulator/template.ts';
import type { ResourceFamily, ResourceType } from './family.ts';

const nameOf = (resource: Resource): string => resource.text('TableName') ?? resource.generatedName(255);

const table: ResourceType = {
  identify: (resource) => ({
    ref: nameOf(resource),
    attributes: { Arn: resource.arn('dynamodb', `table/${nameOf(resource)}`) },
  }),
  create: async (resource, cloud) =>
    cloud.createTable(resource.region, { ...resource.properties, TableName: nameOf(resource) }),
};

/** CDK's TableV2 is a global table, with one replica in the stack's own region. */
export const dynamodb: ResourceFamily = {
  types: { 'AWS::DynamoDB::Table': table, 'AWS::DynamoDB::GlobalTable': table },
};
