import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { ANSWER_WITHIN_MS, answerCloudFormation } from '#aws/answer-cloudformation.ts';
import { patientEc2Client } from '#aws/clients.ts';
import { describeControllers } from '#aws/route-tables.ts';
import { tagTables, untagTables } from '#aws/table-tags.ts';
import { CONTROLLER_TAG } from '#failover/controller.ts';
import { readSiteFile } from '#functions/site-file.ts';
import { answerRequest } from './answer-request.ts';
import { managedTables } from './settings.ts';

const TIME_TO_ANSWER_MS = ANSWER_WITHIN_MS + 1_000;

const managed = managedTables(readSiteFile(process.env));
const logger = new Logger();
const ec2 = patientEc2Client();

/** Invoked by CloudFormation when the site's stack is created, changes its route tables, or is deleted. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  await answerRequest(event, {
    managed,
    now: Date.now,
    sleep: (ms) => sleep(ms),
    answerBy: Date.now() + context.getRemainingTimeInMillis() - TIME_TO_ANSWER_MS,
    describeControllers: (tables) => describeControllers(ec2, tables),
    mark: (tables, controller) => tagTables(ec2, tables, { key: CONTROLLER_TAG, value: controller }),
    unmark: (tables, controller) => untagTables(ec2, tables, { key: CONTROLLER_TAG, value: controller }),
    answer: answerCloudFormation,
    log: logger,
  });
}
