import { type Action, documentArn, seconds } from './action.ts';
import { documentName } from './documents.ts';

const resources: Action['resources'] = (parameters, region) => [
  { arn: documentArn(region, documentName(parameters.required('Name'))) },
];

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDocument.html */
export const getDocument: Action = {
  resources,
  run(parameters, { documents }) {
    const found = documents.find(parameters.required('Name'), parameters.text('DocumentVersion'));
    return {
      Name: found.name,
      DocumentVersion: found.version,
      Status: 'Active',
      Content: found.content,
      DocumentType: 'Command',
      DocumentFormat: 'JSON',
      CreatedDate: seconds(found.createdAt),
    };
  },
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeDocument.html */
export const describeDocument: Action = {
  resources,
  run(parameters, region) {
    const name = parameters.required('Name');
    const found = region.documents.find(name, parameters.text('DocumentVersion'));
    const latest = region.documents.find(name).version;
    return {
      Document: {
        Name: found.name,
        Hash: found.hash,
        HashType: 'Sha256',
        Owner: region.account,
        CreatedDate: seconds(found.createdAt),
        Status: 'Active',
        DocumentVersion: found.version,
        LatestVersion: latest,
        DefaultVersion: latest,
        Description: found.document.description,
        Parameters: Object.entries(found.document.parameters).map(([Name, { type, default: value }]) => ({
          Name,
          Type: type === 'StringList' ? 'StringList' : 'String',
          DefaultValue: value?.join(','),
        })),
        PlatformTypes: ['Linux'],
        DocumentType: 'Command',
        SchemaVersion: '2.2',
        DocumentFormat: 'JSON',
      },
    };
  },
};
