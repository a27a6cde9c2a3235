import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { APIGatewayProxyEventV2WithIAMAuthorizer, Context } from 'aws-lambda';
import { dynamoDbClient, ec2Client } from '#aws/clients.ts';
import { describeRoutes, replaceRoute } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import { SiteStore } from '#aws/site-store.ts';
import { answerReport } from './answer-report.ts';
import { readDirectRequest } from './direct-request.ts';
import { readRouteSwapSettings } from './settings.ts';
import { swapRoutes } from './swap-routes.ts';
import type { SwapTools } from './tools.ts';

const { site, table } = readRouteSwapSettings(process.env);
const logger = new Logger({ persistentLogAttributes: { topology: site.topology, site: site.name } });
const metrics = new Metrics({ defaultDimensions: { topology: site.topology, site: site.name } });
const ec2 = ec2Client();
const store = new SiteStore(dynamoDbClient(), table);

/** Reports from routers come over the HTTP API; EventBridge, health-probe and operators invoke directly. */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  const tools = toolsFor(context);
  try {
    if (isHttp(event)) return await answerReport(event, tools);
    const trigger = readDirectRequest(event, site);
    logger.setCorrelationId(trigger.id);
    return await swapRoutes(trigger, tools);
  } finally {
    metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}

function toolsFor(context: Context): SwapTools {
  logger.addContext(context);
  return {
    site,
    store,
    run: context.awsRequestId,
    now: Date.now,
    sleep,
    describeRoutes: (routes) => describeRoutes(ec2, routes),
    describeRouters: (routers) => describeRouters(ec2, routers, (what, error) => logger.warn(what, { error })),
    replaceRoute: (route, eni) => replaceRoute(ec2, route, eni),
    // Loaded only now: nothing before the swap needs it.
    announce: async (type, detail) => (await import('#aws/announcements.ts')).announce(type, detail),
    metric: (name, value) =>
      metrics.addMetric(name, name.endsWith('Ms') ? MetricUnit.Milliseconds : MetricUnit.Count, value),
    log: logger,
  };
}

function isHttp(event: unknown): event is APIGatewayProxyEventV2WithIAMAuthorizer {
  return typeof event === 'object' && event !== null && 'requestContext' in event;
}
