import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ManagedSite } from '#failover/site.ts';

/** The access log of an HTTP API. */
export function accessLog(scope: Construct, name: string): LogGroup {
  return new LogGroup(scope, 'AccessLog', {
    logGroupName: `/aws/vendedlogs/${name}`,
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** One JSON object for each request: who sent it, and how it was answered. */
export function accessLogFormat({ topology, name }: ManagedSite): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      at: '$context.requestTime',
      requestId: '$context.requestId',
      topology,
      site: name,
      caller: '$context.identity.userArn',
      sourceIp: '$context.identity.sourceIp',
      route: '$context.routeKey',
      status: '$context.status',
      error: '$context.error.message',
      latencyMs: '$context.responseLatency',
    }),
  );
}
