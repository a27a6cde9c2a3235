import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
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
    'AWS::Logs::QueryDefinition': {
      identify: nameless,
      create: checkQuery,
      update: (resource, _previous, cloud) => checkQuery(resource, cloud),
    },
    /** Nothing is written into log groups here, so nothing is counted in them. */
    'AWS::Logs::MetricFilter': { identify: nameless, update: replacedWhenChanged('FilterName', 'LogGroupName') },
  },
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/CWL_QuerySyntax.html */
const COMMANDS = /^(fields|filter|stats|sort|limit|parse|display|dedup|pattern|unmask) /;
const queryDefinition = z.object({
  Name: z.string().min(1).max(255),
  LogGroupNames: z.array(z.string()).max(50).default([]),
  QueryString: z.string().min(1).max(10_000),
});

/** Refuses a query with a command that CloudWatch Logs Insights does not have, or on a log group that does not exist. */
function checkQuery(resource: Resource, { logGroups }: Cloud): void {
  const { LogGroupNames, QueryString } = resource.read(queryDefinition);
  const unknown = QueryString.split('\n| ').find((command) => !COMMANDS.test(command));
  if (unknown !== undefined) throw new AwsError('MalformedQueryException', `unexpected symbol found ${unknown}`);
  const missing = LogGroupNames.find((name) => !logGroups.has(`${resource.region}/${name}`));
  if (missing !== undefined)
    throw new AwsError('ResourceNotFoundException', `The specified log group does not exist: ${missing}`);
}

/** Of types that hold nothing here: a change of one of the properties is a replacement, any other is in place. */
function replacedWhenChanged(...properties: readonly string[]): ResourceType['update'] {
  return (resource, previous) => (changed(resource, previous, ...properties) ? 'replace' : undefined);
}
