import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { ANSWER_WITHIN_MS, answerCloudFormation } from '#aws/answer-cloudformation.ts';
import { ec2Client, ec2ClientWithoutRetries } from '#aws/clients.ts';
import { createRoute } from '#aws/create-route.ts';
import { describeRoutes } from '#aws/route-tables.ts';
import { CallPacer, MUTATING_CALLS } from '#failover/call-pacer.ts';
import { answerRequest } from './answer-request.ts';

/** For the answer, and for the calls that are under way at the deadline. */
const TIME_TO_ANSWER_MS = ANSWER_WITHIN_MS + 1_000;
const LAST_CALLS_MS = 10_000;

const logger = new Logger();
const ec2 = ec2Client();
const writes = ec2ClientWithoutRetries();

/** Invoked by CloudFormation when the site's stack is created, changes its routes or interfaces, or is deleted. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  const answerBy = Date.now() + context.getRemainingTimeInMillis() - TIME_TO_ANSWER_MS;
  await answerRequest(event, {
    now: Date.now,
    sleep: (ms) => sleep(ms),
    answerBy,
    deadline: answerBy - LAST_CALLS_MS,
    pacer: new CallPacer(MUTATING_CALLS, Date.now(), Math.random),
    describeRoutes: (routes) => describeRoutes(ec2, routes),
    createRoute: (route, eni) => createRoute(writes, route, eni),
    answer: answerCloudFormation,
    log: logger,
  });
}
