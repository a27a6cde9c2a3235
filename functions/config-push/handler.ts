import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { announce } from '#aws/announcements.ts';
import { ec2Client, patientDynamoDbClient } from '#aws/clients.ts';
import { PushRequests } from '#aws/push-requests.ts';
import { PushStore } from '#aws/push-store.ts';
import { describeRoutes } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import { type CommandEnd, type CommandRequest, runCommand, ssmClient } from '#aws/run-command.ts';
import { siteStore } from '#aws/site-store/site-store.ts';
import { describeAgent } from '#aws/ssm-agent.ts';
import { METRICS } from '#contracts/metrics.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { AttachedInstances } from '#functions/attached-instances.ts';
import { accountOf } from '#functions/caller.ts';
import { type HttpAnswer, isHttp } from '#functions/http.ts';
import { onInstance } from '#functions/on-instance.ts';
import { answerOperator } from './answer-operator.ts';
import { answerRequest, type ConfigPushAnswer } from './answer-request.ts';
import type { PushPorts } from './ports.ts';
import { PushRecord } from './record/push-record.ts';
import { readConfigPushSettings } from './settings.ts';

/** Values of the document's parameters that are not used. */
const NOTHING = { Base: '-', Sha256: '-', File: '-', UndoAfter: '0' };

const { site, createdIds, table, documents, programRouters, verify, deadlines } = readConfigPushSettings(process.env);
const READ = { version: '1', repeatable: true } as const;
const logger = new Logger({ persistentLogAttributes: { topology: site.topology, site: site.name } });
const metrics = new Metrics({ defaultDimensions: { topology: site.topology, site: site.name } });
const ec2 = ec2Client();
const ssm = ssmClient();
const db = patientDynamoDbClient();
const store = siteStore(db, table);
const pushes = new PushStore(db, table);
const requests = new PushRequests(db, table);

/** Requests of operators come over the HTTP API. health-probe invokes directly for a recovery, and so do operators in an emergency. */
export async function handler(event: unknown, context: Context): Promise<ConfigPushAnswer | HttpAnswer> {
  logger.addContext(context);
  const ports = portsFor(context);
  try {
    if (!isHttp(event)) return await answerRequest(event, ports);
    return await answerOperator(event, { ...ports, requests, account: accountOf(context.invokedFunctionArn) });
  } finally {
    metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}

function portsFor(context: Context): PushPorts {
  const attached = new AttachedInstances(site, Date.now);
  const instances = { attached, now: Date.now, describeRouters: describe(attached) };
  const onRouter = (
    router: ManagedRouter,
    deadlineMs: number,
    command: Omit<CommandRequest, 'instance' | 'deadlineMs'>,
  ) =>
    onInstance(router, deadlineMs, instances, (instance, leftMs) => run({ ...command, instance, deadlineMs: leftMs }));
  return {
    ...instances,
    site,
    createdIds,
    store,
    pushes,
    verify,
    deadlines,
    run: context.awsRequestId,
    record: new PushRecord(Date.now),
    endsAt: Date.now() + context.getRemainingTimeInMillis(),
    sleep: (ms) => sleep(ms),
    describeRoutes: (routes) => describeRoutes(ec2, routes),
    describeAgent: async (router) => {
      const instance = await attached.forCommand(router, instances);
      return instance === undefined ? undefined : describeAgent(ssm, instance);
    },
    showConfig: (router) => onRouter(router, deadlines.show, { ...READ, document: documents.show }),
    readNeighbors: (router) => onRouter(router, deadlines.neighbors, { ...READ, document: documents.neighbors }),
    applyConfig: (router, parameters, deadlineMs) => {
      const command = { document: documents.apply, version: '1', parameters: { ...NOTHING, ...parameters } };
      return onRouter(router, deadlineMs, command);
    },
    programRouters,
    installBundle: (router, { Action, Attempt }, deadlineMs) => {
      const { install } = documents;
      if (install === undefined) throw new Error(`no router of ${site.name} can run programs`);
      const parameters = { Router: router.name, Action, Attempt };
      return onRouter(router, deadlineMs, { ...READ, document: install, parameters });
    },
    announce,
    metric: (name, value) => metrics.addMetric(name, METRICS[name].unit, value),
    log: logger,
  };
}

function describe(attached: AttachedInstances): PushPorts['describeRouters'] {
  const warn = (what: string, error: unknown) => logger.warn(what, { error });
  return (routers) => attached.describe(routers, (them, last) => describeRouters(ec2, them, last, warn));
}

function run(request: CommandRequest): Promise<CommandEnd> {
  return runCommand(ssm, request, { now: Date.now, sleep });
}
