import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { announce } from '#aws/announcements.ts';
import { ec2Client, patientDynamoDbClient } from '#aws/clients.ts';
import { PushStore } from '#aws/push-store.ts';
import { describeRoutes } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import { type CommandEnd, type CommandRequest, runCommand, ssmClient } from '#aws/run-command.ts';
import { siteStore } from '#aws/site-store/site-store.ts';
import { describeAgent } from '#aws/ssm-agent.ts';
import { METRICS } from '#contracts/metrics.ts';
import { answerRequest, type ConfigPushAnswer } from './answer-request.ts';
import type { PushPorts } from './ports.ts';
import { readConfigPushSettings } from './settings.ts';

/** Values of the document's parameters that are not used. */
const NOTHING = { Base: '-', Sha256: '-', File: '-', UndoAfter: '0' };

const { site, table, documents, verify, deadlines } = readConfigPushSettings(process.env);
const READ = { version: '1', repeatable: true } as const;
const logger = new Logger({ persistentLogAttributes: { topology: site.topology, site: site.name } });
const metrics = new Metrics({ defaultDimensions: { topology: site.topology, site: site.name } });
const ec2 = ec2Client();
const ssm = ssmClient();
const db = patientDynamoDbClient();
const store = siteStore(db, table);
const pushes = new PushStore(db, table);

/** Invoked by operators through the CLI, and by health-probe for a recovery. */
export async function handler(event: unknown, context: Context): Promise<ConfigPushAnswer> {
  logger.addContext(context);
  try {
    return await answerRequest(event, portsFor(context));
  } finally {
    metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}

function portsFor(context: Context): PushPorts {
  return {
    site,
    store,
    pushes,
    verify,
    deadlines,
    run: context.awsRequestId,
    endsAt: Date.now() + context.getRemainingTimeInMillis(),
    now: Date.now,
    sleep: (ms) => sleep(ms),
    describeRoutes: (routes) => describeRoutes(ec2, routes),
    describeRouters: (routers) => describeRouters(ec2, routers, (what, error) => logger.warn(what, { error })),
    describeAgent: ({ instance }) => describeAgent(ssm, instance),
    showConfig: ({ instance }) => run({ ...READ, document: documents.show, instance, deadlineMs: deadlines.show }),
    readNeighbors: ({ instance }) =>
      run({ ...READ, document: documents.neighbors, instance, deadlineMs: deadlines.neighbors }),
    applyConfig: ({ instance }, parameters, deadlineMs) =>
      run({ document: documents.apply, version: '1', instance, parameters: { ...NOTHING, ...parameters }, deadlineMs }),
    announce,
    metric: (name, value) => metrics.addMetric(name, METRICS[name].unit, value),
    log: logger,
  };
}

function run(request: CommandRequest): Promise<CommandEnd> {
  return runCommand(ssm, request, { now: Date.now, sleep });
}
