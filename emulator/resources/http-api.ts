import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import type { Integration } from '#emulator/http-api/routes.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { Ids } from '#emulator/random.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, nameless, type ResourceFamily, type ResourceType } from './family.ts';

const number = z.coerce.number();
const apiSchema = z.object({ Name: z.string(), ProtocolType: z.literal('HTTP') });
const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string().transform(functionArnOf),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: number.default(30_000),
});
const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string().regex(/^(\$default|[A-Z]+ \/.*)$/),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM']).default('NONE'),
  Target: z.string().regex(/^integrations\//),
});
const stageSchema = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  DefaultRouteSettings: z
    .object({ ThrottlingRateLimit: number.optional(), ThrottlingBurstLimit: number.optional() })
    .default({}),
});

const apiId = (resource: Resource, ids: Ids): string => ids.lower(`api ${resource.key}`, 10);
const integrationId = (resource: Resource, ids: Ids): string => ids.lower(`integration ${resource.key}`, 7);

const api: ResourceType = {
  identify: (resource, ids) => {
    const id = apiId(resource, ids);
    const suffix = partitionOf(resource.region).suffix;
    return {
      ref: id,
      attributes: { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${resource.region}.${suffix}` },
    };
  },
  async create(resource, cloud) {
    const { Name: name } = resource.read(apiSchema);
    const { region, stack } = resource;
    await cloud.startHttpApi({ id: apiId(resource, cloud.ids), name, region, stackName: stack.name });
  },
  update(resource, previous, cloud) {
    if (changed(resource, previous, 'ProtocolType')) return 'replace';
    cloud.httpApi(apiId(resource, cloud.ids)).name = resource.read(apiSchema).Name;
    return undefined;
  },
  delete: (resource, cloud) => cloud.stopHttpApi(apiId(resource, cloud.ids)),
};

const integration: ResourceType = {
  identify: (resource, ids) => ({ ref: integrationId(resource, ids), attributes: {} }),
  create: (resource, { integrations, ids }) =>
    void integrations.set(integrationId(resource, ids), integrationOf(resource)),
  update(resource, previous, { integrations, ids }) {
    if (changed(resource, previous, 'ApiId')) return 'replace';
    Object.assign(integrations.get(integrationId(resource, ids)) ?? {}, integrationOf(resource));
    return undefined;
  },
  delete: (resource, { integrations, ids }) => void integrations.delete(integrationId(resource, ids)),
};

const route: ResourceType = {
  identify: nameless,
  create: addRoute,
  update(resource, previous, cloud) {
    if (changed(resource, previous, 'ApiId')) return 'replace';
    const { ApiId, RouteKey } = previous.read(routeSchema);
    cloud.httpApi(ApiId).removeRoute(RouteKey);
    return addRoute(resource, cloud);
  },
  delete(resource, cloud) {
    const { ApiId, RouteKey } = resource.read(routeSchema);
    cloud.httpApi(ApiId).removeRoute(RouteKey);
  },
};

const stage: ResourceType = {
  identify: (resource) => ({ ref: resource.text('StageName') ?? '', attributes: {} }),
  create: setStage,
  update: (resource, previous, cloud) =>
    changed(resource, previous, 'ApiId', 'StageName') ? 'replace' : setStage(resource, cloud),
  delete: (resource, cloud) => cloud.httpApi(resource.read(stageSchema).ApiId).removeStage(),
};

export const httpApi: ResourceFamily = {
  types: {
    'AWS::ApiGatewayV2::Api': api,
    'AWS::ApiGatewayV2::Integration': integration,
    'AWS::ApiGatewayV2::Route': route,
    'AWS::ApiGatewayV2::Stage': stage,
  },
};

function integrationOf(resource: Resource): Integration {
  const { IntegrationUri, TimeoutInMillis } = resource.read(integrationSchema);
  return { functionArn: IntegrationUri, timeoutMs: TimeoutInMillis };
}

function addRoute(resource: Resource, cloud: Cloud): void {
  const { ApiId, RouteKey, AuthorizationType, Target } = resource.read(routeSchema);
  const found = cloud.integrations.get(Target.slice('integrations/'.length));
  if (found === undefined) throw new Error(`${resource.stack.name}/${resource.logicalId}: there is no ${Target}.`);
  cloud.httpApi(ApiId).addRoute({ key: RouteKey, authorization: AuthorizationType, integration: found });
}

function setStage(resource: Resource, cloud: Cloud): void {
  const { ApiId, StageName, DefaultRouteSettings: limits } = resource.read(stageSchema);
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = limits;
  cloud
    .httpApi(ApiId)
    .setStage({ name: StageName, ...(rate !== undefined && { rate }), ...(burst !== undefined && { burst }) });
}

/** Templates give the function's ARN, or API Gateway's own URI around it. */
function functionArnOf(uri: string): string {
  return /:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
