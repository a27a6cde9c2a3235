import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { dynamoDbClient, swapEc2Clients } from '#aws/clients.ts';
import { describeRoutes, rehearseReplace, replaceRoute } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import { siteStore } from '#aws/site-store/site-store.ts';
import { METRICS } from '#contracts/metrics.ts';
import { isOperatorRoute } from '#contracts/site-api.ts';
import { isViewAlias } from '#contracts/view-alias.ts';
import { CallPacer, MUTATING_CALLS } from '#failover/call-pacer.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import { AttachedInstances } from '#functions/attached-instances.ts';
import { accountOf } from '#functions/caller.ts';
import { isHttp } from '#functions/http.ts';
import { onInstance } from '#functions/on-instance.ts';
import { probeCommand } from '#functions/probe-command.ts';
import { runId } from '#functions/run-id.ts';
import { bootParameterName } from '#vyos/boot-values.ts';
import { AnnouncedOutcomes } from './announced-outcomes.ts';
import { answerReport } from './answer-report.ts';
import type { SwapPorts } from './ports.ts';
import { PreparedObservations } from './prepared-observations.ts';
import { readRouteSwapSettings } from './settings.ts';
import { UnjournaledSwaps } from './unjournaled-swaps.ts';

/** For the read-back, the records and the announcement, before Lambda ends the function. */
const TIME_TO_CONCLUDE_MS = 3_000;
/** For a router's answer over SSM, out of the time for the swap. */
const BGP_WITHIN_MS = 5_000;
/** For a router's answer to `examine`: less than the API waits, with the calls around it. */
const EXAMINE_WITHIN_MS = 15_000;

const { site, table, document, examineDocument } = readRouteSwapSettings(process.env);
const logger = new Logger({ persistentLogAttributes: { topology: site.topology, site: site.name } });
const metrics = new Metrics({ defaultDimensions: { topology: site.topology, site: site.name } });
const { reads: ec2, writes } = swapEc2Clients();
const store = siteStore(dynamoDbClient(), table);
const pacer = new CallPacer(MUTATING_CALLS, Date.now(), Math.random);
const announcedOutcomes = new AnnouncedOutcomes();
const unjournaled = new UnjournaledSwaps();
const prepared = new PreparedObservations();
const attached = new AttachedInstances(site, Date.now);

/**
 * Reports from routers and requests of operators come over the HTTP API. EventBridge and health-probe invoke directly, and so do operators
 * in an emergency.
 */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  const ports = portsFor(context);
  try {
    if (isHttp(event) && !isOperatorRoute(event.routeKey) && !isViewAlias(context.invokedFunctionArn))
      return await answerReport(event, ports);
    // Loaded only now: a router's report in a cold function does not wait for it.
    const { answerOthers } = await import('./answer-others.ts');
    return await answerOthers(event, context.invokedFunctionArn, ports, (id) => logger.setCorrelationId(id));
  } finally {
    logger.resetKeys();
  }
}

/** What one run uses: of its own are its id and its deadline; clients and memories are those of the execution environment. */
export function portsFor(context: Context): SwapPorts {
  logger.addContext(context);
  const instances = { attached, now: Date.now, describeRouters: describe };
  const bootParameterNames = Object.fromEntries(
    routersOf(site).map(({ name }) => [name, bootParameterName({ name: site.topology }, site, name)]),
  );
  return {
    ...instances,
    site,
    store,
    pacer,
    announcedOutcomes,
    unjournaled,
    prepared,
    account: accountOf(context.invokedFunctionArn),
    run: runId(context.awsRequestId),
    sleep: (ms) => sleep(ms),
    deadline: Date.now() + context.getRemainingTimeInMillis() - TIME_TO_CONCLUDE_MS,
    describeRoutes: (routes) => describeRoutes(ec2, routes),
    replaceRoute: (route, eni) => replaceRoute(writes, route, eni),
    rehearseReplace: (route, eni) => rehearseReplace(writes, route, eni),
    // Loaded only now: needed for an operator's move, and if the store does not answer.
    readBgp: async (router) => {
      const { runCommand, ssmClient } = await import('#aws/run-command.ts');
      return onInstance(router, BGP_WITHIN_MS, instances, (instance, deadlineMs) =>
        runCommand(ssmClient(), probeCommand(router, { document, instance, deadlineMs }), { now: Date.now, sleep }),
      );
    },
    // Loaded only now: needed for an operator's query, and not for a swap.
    examineRouter: async (router) => {
      const { runCommand, ssmClient } = await import('#aws/run-command.ts');
      const command = { document: examineDocument, parameters: { Router: router.name }, repeatable: true };
      return onInstance(router, EXAMINE_WITHIN_MS, instances, (instance, deadlineMs) =>
        runCommand(ssmClient(), { ...command, instance, deadlineMs }, { now: Date.now, sleep }),
      );
    },
    // Loaded only now: needed for an operator's query, and not for a swap.
    pushJournal: async () => new (await import('#aws/push-store.ts')).PushStore(dynamoDbClient(), table).journal(),
    // Loaded only now: needed for an operator's query, and not for a swap.
    pushRequest: async (id) =>
      new (await import('#aws/push-requests.ts')).PushRequests(dynamoDbClient(), table).read(id),
    // Loaded only now: needed for an operator's query, and not for a swap.
    bootParameters: async () => {
      const [{ readParameters }, { ssmClient }] = await Promise.all([
        import('#aws/boot-parameters.ts'),
        import('#aws/run-command.ts'),
      ]);
      return readParameters(ssmClient(), bootParameterNames);
    },
    // Loaded only now: nothing before the swap needs it.
    announce: async (type, detail) => (await import('#aws/announcements.ts')).announce(type, detail),
    // Each metric at once: a run that Lambda ends during the announcements has emitted them.
    metric: (name, value) => metrics.singleMetric().addMetric(name, METRICS[name].unit, value),
    log: logger,
  };
}

function describe(routers: readonly ManagedRouter[]) {
  const warn = (what: string, error: unknown) => logger.warn(what, { error });
  return attached.describe(routers, (them, last) => describeRouters(ec2, them, last, warn));
}
