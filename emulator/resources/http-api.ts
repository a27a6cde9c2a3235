import { z } from 'zod';
import type { Route } from '#emulator/http-api/routes.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { Ids } from '#emulator/random.ts';
import type { Resource } from '#emulator/template.ts';
import { nameless, type ResourceFamily } from './family.ts';

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

const apiId = (resource: Resource, ids: Ids): string =>
  ids.lower(`api ${resource.stack.name}/${resource.logicalId}`, 10);
const integrationId = (resource: Resource, ids: Ids): string =>
  ids.lower(`integration ${resource.stack.name}/${resource.logicalId}`, 7);

export const httpApi: ResourceFamily = {
  types: {
    'AWS::ApiGatewayV2::Api': {
      identify: (resource, ids) => {
        const id = apiId(resource, ids);
        return {
          ref: id,
          attributes: {
            ApiId: id,
            ApiEndpoint: `https://${id}.execute-api.${resource.region}.${partitionOf(resource.region).suffix}`,
          },
        };
      },
      async create(resource, cloud) {
        const { Name } = resource.read(apiSchema);
        await cloud.startHttpApi({
          id: apiId(resource, cloud.ids),
          name: Name,
          region: resource.region,
          stackName: resource.stack.name,
        });
      },
    },
    'AWS::ApiGatewayV2::Integration': {
      identify: (resource, ids) => ({ ref: integrationId(resource, ids), attributes: {} }),
      create(resource, cloud) {
        const { IntegrationUri, TimeoutInMillis } = resource.read(integrationSchema);
        cloud.integrations.set(integrationId(resource, cloud.ids), {
          functionArn: IntegrationUri,
          timeoutMs: TimeoutInMillis,
        });
      },
    },
    'AWS::ApiGatewayV2::Route': {
      identify: nameless,
      create(resource, cloud) {
        const { ApiId, RouteKey, AuthorizationType, Target } = resource.read(routeSchema);
        const integration = cloud.integrations.get(Target.slice('integrations/'.length));
        if (integration === undefined)
          throw new Error(`${resource.stack.name}/${resource.logicalId}: there is no ${Target}.`);
        const route: Route = { key: RouteKey, authorization: AuthorizationType, ...integration };
        cloud.httpApi(ApiId).addRoute(route);
      },
    },
    'AWS::ApiGatewayV2::Stage': {
      identify: (resource) => ({ ref: resource.text('StageName') ?? '', attributes: {} }),
      create(resource, cloud) {
        const { ApiId, StageName, DefaultRouteSettings: limits } = resource.read(stageSchema);
        const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = limits;
        cloud
          .httpApi(ApiId)
          .setStage({ name: StageName, ...(rate !== undefined && { rate }), ...(burst !== undefined && { burst }) });
      },
    },
  },
};

/** Templates give the function's ARN, or API Gateway's own URI around it. */
function functionArnOf(uri: string): string {
  return /:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
