import { AwsError } from '#emulator/service.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, nameless, type ResourceFamily, type ResourceType } from './family.ts';

const logGroupName = (resource: Resource): string => resource.text('LogGroupName') ?? resource.generatedName(512);

const logGroup: ResourceType = {
  identify: (resource) => ({
    ref: logGroupName(resource),
    attributes: { Arn: resource.arn('logs', `log-group:${logGroupName(resource)}:*`) },
  }),
  create(resource, { logGroups }) {
    const name = logGroupName(resource);
    if (logGroups.has(`${resource.region}/${name}`))
      throw new AwsError('ResourceAlreadyExistsException', `The specified log group already exists: ${name}`);
    logGroups.add(`${resource.region}/${name}`);
  },
  update: replacedWhenChanged('LogGroupName'),
  delete: (resource, { logGroups }) => void logGroups.delete(`${resource.region}/${logGroupName(resource)}`),
};

/** Resources that others name, and that do nothing here themselves. */
export const passive: ResourceFamily = {
  types: {
    'AWS::CDK::Metadata': { identify: nameless, update: replacedWhenChanged() },
    'AWS::Logs::LogGroup': logGroup,
    /** Nothing is written into log groups here, so nothing is counted in them. */
    'AWS::Logs::MetricFilter': { identify: nameless, update: replacedWhenChanged('FilterName', 'LogGroupName') },
  },
};

/** Of types that hold nothing here: a change of one of the properties is a replacement, any other is in place. */
function replacedWhenChanged(...properties: readonly string[]): ResourceType['update'] {
  return (resource, previous) => (changed(resource, previous, ...properties) ? 'replace' : undefined);
}
