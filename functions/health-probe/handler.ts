import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { announce } from '#aws/announcements.ts';
import { dynamoDbClient, ec2Client } from '#aws/clients.ts';
import { invokeFunction, invokeFunctionLater } from '#aws/invoke.ts';
import { PushStore } from '#aws/push-store.ts';
import { describeRoutes } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import { runCommand, ssmClient } from '#aws/run-command.ts';
import { siteStore } from '#aws/site-store/site-store.ts';
import { describeAgent, withAgent } from '#aws/ssm-agent.ts';
import { METRICS, type MetricOf } from '#contracts/metrics.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { AttachedInstances } from '#functions/attached-instances.ts';
import { onInstance, type RouterAnswer } from '#functions/on-instance.ts';
import { probeCommand } from '#functions/probe-command.ts';
import { runId } from '#functions/run-id.ts';
import type { ProbePorts } from './ports.ts';
import { type ProbeResult, probeSite } from './probe-site.ts';
import { ANSWER_WITHIN_MS, readHealthProbeSettings, SWAP_WITHIN_MS } from './settings.ts';
import { watchPushes } from './watch-pushes.ts';

const { site, table, document, routeSwap, configPush } = readHealthProbeSettings(process.env);
const logger = new Logger({ persistentLogAttributes: { topology: site.topology, site: site.name } });
const metrics = new Metrics({ defaultDimensions: { topology: site.topology, site: site.name } });
const ec2 = ec2Client();
const ssm = ssmClient();
/** The last rounds that this environment read. */
const recent: ProbePorts['recent'] = { rounds: [], areStored: false };
const attached = new AttachedInstances(site, Date.now);
/** Finds a router's instance by EC2's last answer. */
const instances = { attached, now: Date.now, describeRouters: describe };
const db = dynamoDbClient();
const store = siteStore(db, table);
const pushes = new PushStore(db, table);

/** Runs every minute: `event` is EventBridge's, or that of a manual invocation. */
export async function handler(event: unknown, context: Context): Promise<ProbeResult> {
  logger.addContext(context);
  const run = runId(context.awsRequestId);
  // route-swap logs the same id if it is asked to act.
  logger.setCorrelationId(`probe-${run}`);
  const metric = (name: MetricOf<'health-probe'>, value: number) => metrics.addMetric(name, METRICS[name].unit, value);
  try {
    const round = probeSite({
      ...instances,
      site,
      store,
      recent,
      run,
      turn: turnOf(event) ?? context.awsRequestId,
      describeRoutes: (routes) => describeRoutes(ec2, routes),
      readBgp,
      askRouteSwap: (request) => invokeFunction(routeSwap, request, SWAP_WITHIN_MS),
      announce,
      metric,
      routerMetric: (name, value, router) =>
        metrics.singleMetric().addDimension('router', router).addMetric(name, METRICS[name].unit, value),
      log: logger,
    });
    const settlePush = () => invokeFunctionLater(configPush, { action: 'settle' });
    const [result] = await Promise.all([
      round,
      watchPushes({ pushes, now: Date.now, settlePush, metric, log: logger }),
    ]);
    return result;
  } finally {
    metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}

/** If the router does not answer, the result also has the state of its SSM agent. */
function readBgp(router: ManagedRouter): Promise<RouterAnswer> {
  return onInstance(router, ANSWER_WITHIN_MS, instances, async (instance, deadlineMs) => {
    const request = probeCommand(router, { document, instance, deadlineMs });
    const end = await runCommand(ssm, request, { now: Date.now, sleep });
    return end.kind === 'silent' ? withAgent(end, await describeAgent(ssm, instance)) : end;
  });
}

function describe(routers: readonly ManagedRouter[]) {
  const warn = (what: string, error: unknown) => logger.warn(what, { error });
  return attached.describe(routers, (them, last) => describeRouters(ec2, them, last, warn));
}

/** An event that is delivered twice has the same id both times. */
function turnOf(event: unknown): string | undefined {
  const { id } = (event ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id : undefined;
}
