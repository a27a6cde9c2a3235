import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { SiteFunction } from './site-function.ts';

/** Far more than two routers with retries need; far less than a runaway could cost. */
const THROTTLE = { rateLimit: 20, burstLimit: 40 };

/** `POST /v1/sites/{site}/events`, IAM-signed, answered by route-swap while the router waits. */
export class EventApi extends Construct {
  /** `https://….execute-api.<region>.amazonaws.com` */
  readonly url: string;
  /** What a router's role must be allowed to invoke. */
  readonly routeArn: string;

  constructor(
    scope: Construct,
    id: string,
    { stack, site, routeSwap }: { stack: Stack; site: string; routeSwap: SiteFunction },
  ) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: `${stack.stackName}-events`,
      description: `Routers of site ${site} report here what they see`,
      createDefaultStage: false,
    });
    api.addRoutes({
      path: '/v1/sites/{site}/events',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('RouteSwap', routeSwap.function),
      authorizer: new HttpIamAuthorizer(),
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: { destination: new LogGroupLogDestination(this.#accessLog(stack)), format: WHO_ASKED_WHAT },
    });
    this.url = api.apiEndpoint;
    this.routeArn = stack.formatArn({
      service: 'execute-api',
      resource: api.apiId,
      resourceName: `$default/POST/v1/sites/${site}/events`,
    });
  }

  #accessLog(stack: Stack): LogGroup {
    return new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/${stack.stackName}-events`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

const WHO_ASKED_WHAT = AccessLogFormat.custom(
  JSON.stringify({
    at: '$context.requestTime',
    requestId: '$context.requestId',
    caller: '$context.identity.userArn',
    sourceIp: '$context.identity.sourceIp',
    route: '$context.routeKey',
    status: '$context.status',
    error: '$context.error.message',
    latencyMs: '$context.responseLatency',
  }),
);
