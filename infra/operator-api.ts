import type { Stack } from 'aws-cdk-lib';
import { type CfnApi, HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { CONFIG_PUSH_PATHS } from '#contracts/config-push-api.ts';
import { ACT_PATHS, apiUrlParameter, VIEW_PATHS } from '#contracts/site-api.ts';
import type { ManagedSite } from '#failover/site.ts';
import { accessLog, accessLogFormat } from './access-log.ts';
import { operatorsThrottle } from './api-throttles.ts';
import { readableArn } from './readable-arn.ts';

export interface OperatorApiProps {
  readonly stack: Stack;
  /** Of the API and of its access log. */
  readonly name: string;
  readonly site: ManagedSite;
  readonly routeSwap: IFunction;
  /** route-swap by its alias for viewers: behind the GET routes, so that no error in them can change the site. */
  readonly view: IFunction;
  readonly configPush: IFunction;
}

/** `GET /v1/sites/{site}/…` for viewers and `POST /v1/sites/{site}/…` for operators, IAM-signed, answered by route-swap and config-push. */
export class OperatorApi extends Construct {
  /** `https://….execute-api.<region>.<suffix of the partition>` */
  readonly url: string;
  /** What a viewer must be allowed to invoke. */
  readonly viewArn: string;
  /** The same as cdk-nag prints it. */
  readonly viewArnPrinted: string;
  /** What an operator must be allowed to invoke, besides. */
  readonly actArns: readonly string[];
  /** The SSM parameter with the URL, in which the command line looks for it. */
  readonly parameterArn: string;

  constructor(scope: Construct, id: string, { stack, name, site, routeSwap, view, configPush }: OperatorApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: name,
      description: `Viewers and operators of site ${site.name}`,
      createDefaultStage: false,
    });
    const authorizer = new HttpIamAuthorizer();
    // One permission for all routes of this API, which has no others.
    const views = new HttpLambdaIntegration('View', view, { scopePermissionToRoute: false });
    const acts = new HttpLambdaIntegration('RouteSwap', routeSwap, { scopePermissionToRoute: false });
    const pushes = new HttpLambdaIntegration('ConfigPush', configPush, { scopePermissionToRoute: false });
    for (const path of VIEW_PATHS)
      api.addRoutes({ path: `/v1/sites/{site}/${path}`, methods: [HttpMethod.GET], integration: views, authorizer });
    for (const path of ACT_PATHS)
      api.addRoutes({ path: `/v1/sites/{site}/${path}`, methods: [HttpMethod.POST], integration: acts, authorizer });
    for (const path of CONFIG_PUSH_PATHS)
      api.addRoutes({ path: `/v1/sites/{site}/${path}`, methods: [HttpMethod.POST], integration: pushes, authorizer });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: operatorsThrottle(site.region),
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog(this, name)),
        format: accessLogFormat(site),
      },
    });
    const arnOf = (route: string) =>
      stack.formatArn({ service: 'execute-api', resource: api.apiId, resourceName: `$default/${route}` });
    this.url = api.apiEndpoint;
    this.viewArn = arnOf(`GET/v1/sites/${site.name}/*`);
    const logicalId = stack.getLogicalId(api.node.defaultChild as CfnApi);
    this.viewArnPrinted = readableArn(this.viewArn, stack).replace(api.apiId, `<${logicalId}>`);
    this.actArns = [...ACT_PATHS, ...CONFIG_PUSH_PATHS].map((path) => arnOf(`POST/v1/sites/${site.name}/${path}`));
    const parameter = new StringParameter(this, 'Url', {
      parameterName: apiUrlParameter({ name: site.topology }, site),
      stringValue: this.url,
      description: `URL of the API of viewers and operators of site ${site.name}`,
    });
    this.parameterArn = parameter.parameterArn;
  }
}
