import type { Resource } from '#emulator/template.ts';
import { changed, type ResourceFamily, type ResourceType } from './family.ts';

const nameOf = (resource: Resource): string => resource.text('TableName') ?? resource.generatedName(255);
const propertiesOf = (resource: Resource) => ({ ...resource.properties, TableName: nameOf(resource) });

const table: ResourceType = {
  identify: (resource) => ({
    ref: nameOf(resource),
    attributes: { Arn: resource.arn('dynamodb', `table/${nameOf(resource)}`) },
  }),
  create: async (resource, cloud) => void (await cloud.tables(resource.region).create(propertiesOf(resource))),
  update(resource, previous, cloud) {
    if (changed(resource, previous, 'TableName', 'KeySchema')) return 'replace';
    if (changed(resource, previous, 'AttributeDefinitions', 'GlobalSecondaryIndexes', 'LocalSecondaryIndexes'))
      throw new Error('A change of the indexes of a table is not emulated.');
    return cloud.tables(resource.region).update(propertiesOf(resource));
  },
  delete: (resource, cloud) => cloud.tables(resource.region).delete(nameOf(resource)),
};

/** CDK's TableV2 is a global table, with one replica in the stack's own region. */
export const dynamodb: ResourceFamily = {
  types: { 'AWS::DynamoDB::Table': table, 'AWS::DynamoDB::GlobalTable': table },
};
