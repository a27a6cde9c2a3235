import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import type { CustomResponse } from '#emulator/cloudformation/custom-requests.ts';
import type { Identity, Resource } from '#emulator/template.ts';
import { CreationFailed, changed, type ResourceType } from './family.ts';

const schema = z.object({
  ServiceToken: z.string().regex(/^arn:[^:]+:lambda:/, 'only Lambda functions stand behind custom resources here'),
  ServiceTimeout: z.coerce.number().int().min(1).max(3600).default(3600),
});

/**
 * `AWS::CloudFormation::CustomResource` and every `Custom::…`: a Lambda function does what is to be done, and answers.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
export const customResource: ResourceType = {
  async create(resource, cloud) {
    const answer = await ask(resource, cloud, { RequestType: 'Create' });
    const identity = identityOf(answer, resource.generatedName());
    if (answer.Status === 'FAILED') throw new CreationFailed(identity, reasonOf(answer));
    if (answer.PhysicalResourceId === undefined)
      throw new CreationFailed(identity, 'Invalid PhysicalResourceId: the response has none.');
    return identity;
  },
  async update(resource, previous, cloud) {
    if (changed(resource, previous, 'ServiceToken')) throw new Error('Modifying service token is not allowed.');
    const answer = await ask(resource, cloud, {
      RequestType: 'Update',
      PhysicalResourceId: previous.identity.ref,
      OldResourceProperties: texts(previous.properties),
    });
    if (answer.Status === 'FAILED') throw new Error(reasonOf(answer));
    return identityOf(answer, previous.identity.ref);
  },
  async delete(resource, cloud) {
    const answer = await ask(resource, cloud, {
      RequestType: 'Delete',
      PhysicalResourceId: resource.identity.ref,
    });
    if (answer.Status === 'FAILED') throw new Error(reasonOf(answer));
  },
};

/** Invokes the function and waits for its answer, at most `ServiceTimeout`. */
async function ask(resource: Resource, cloud: Cloud, more: Readonly<Record<string, unknown>>): Promise<CustomResponse> {
  const { ServiceToken, ServiceTimeout } = resource.read(schema);
  const fn = cloud.functions.find(resource.region, ServiceToken);
  if (fn === undefined) throw new Error(`There is no function ${ServiceToken} in ${resource.region}.`);
  const { requestId, url, answer } = cloud.customRequests.open();
  const event = {
    ...more,
    RequestId: requestId,
    StackId: resource.stackId,
    ResponseURL: url,
    ResourceType: resource.type,
    LogicalResourceId: resource.logicalId,
    ServiceToken,
    ResourceProperties: texts(resource.properties),
  };
  cloud.functions.invokeLater(fn, JSON.stringify(event));
  const answered = await Promise.race([answer, cloud.clock.sleep(ServiceTimeout * 1000)]);
  if (answered !== undefined) return answered;
  return {
    Status: 'FAILED',
    Reason: `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${requestId}].`,
    PhysicalResourceId: undefined,
    StackId: resource.stackId,
    RequestId: requestId,
    LogicalResourceId: resource.logicalId,
    Data: {},
  };
}

function identityOf({ PhysicalResourceId, Data }: CustomResponse, fallback: string): Identity {
  const attributes = Object.entries(Data).map(([name, value]) => [name, texts(value) as string | string[]]);
  return {
    ref: PhysicalResourceId ?? fallback,
    attributes: Object.fromEntries(attributes) as Record<string, string | string[]>,
  };
}

function reasonOf({ Reason, RequestId }: CustomResponse): string {
  return `Received response status [FAILED] from custom resource. Message returned: ${Reason} (RequestId: ${RequestId})`;
}

/** CloudFormation sends every scalar as a text: `true` arrives as `"true"`. */
function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, texts(each)]));
}
