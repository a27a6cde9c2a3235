import { Duration, type Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, type Metric as MetricName } from '#contracts/metrics.ts';
import type { ManagedSite } from '#failover/site.ts';
import { accessLog, accessLogFormat } from './access-log.ts';
import { eventsThrottle } from './api-throttles.ts';
import type { SiteFunction } from './site-function.ts';

export interface EventApiProps {
  readonly stack: Stack;
  /** Of the API and of its access log. */
  readonly name: string;
  readonly site: ManagedSite;
  readonly routeSwap: SiteFunction;
}

/** `POST /v1/sites/{site}/events`, IAM-signed, answered by route-swap while the router waits. */
export class EventApi extends Construct {
  /** `https://….execute-api.<region>.<suffix of the partition>` */
  readonly url: string;
  /** What a router's role must be allowed to invoke. */
  readonly routeArn: string;
  /** Answers from 400 to 499 in a minute: of API Gateway and of route-swap. */
  readonly refusals: Metric;
  /** Answers of 429 in a minute: API Gateway has no metric of its own for them. */
  readonly throttled: Metric;

  constructor(scope: Construct, id: string, { stack, name, site, routeSwap }: EventApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: name,
      description: `Routers of site ${site.name} report here what they see`,
      createDefaultStage: false,
    });
    api.addRoutes({
      path: '/v1/sites/{site}/events',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('RouteSwap', routeSwap.function),
      authorizer: new HttpIamAuthorizer(),
    });
    const log = accessLog(this, name);
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: eventsThrottle(site.region),
      accessLogSettings: { destination: new LogGroupLogDestination(log), format: accessLogFormat(site) },
    });
    this.url = api.apiEndpoint;
    this.routeArn = stack.formatArn({
      service: 'execute-api',
      resource: api.apiId,
      resourceName: `$default/POST/v1/sites/${site.name}/events`,
    });
    this.refusals = api.metricClientError({ statistic: 'Sum', period: Duration.minutes(1) });
    this.throttled = this.#throttled(log, site);
  }

  #throttled(logGroup: LogGroup, { topology, name: site }: ManagedSite): Metric {
    const filter = new MetricFilter(this, 'Throttled', {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: METRICS_NAMESPACE,
      metricName: 'ApiThrottled' satisfies MetricName,
      metricValue: '1',
      dimensions: { topology: '$.topology', site: '$.site' },
    });
    // CDK leaves the dimensions of the filter out of its metric, and CloudWatch does not aggregate over them.
    return filter.metric({ dimensionsMap: { topology, site }, statistic: 'Sum', period: Duration.minutes(1) });
  }
}
