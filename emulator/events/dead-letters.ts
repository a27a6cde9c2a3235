import type { DeadLetterEdges } from '#emulator/sqs/dead-letter-edges.ts';
import type { Rule, Target } from './rule.ts';

/**
 * Sends an event that did not reach a target to the target's dead-letter queue, if the queue's policy lets EventBridge. The emulator
 * retries no delivery: what fails here, a missing permission or target, EventBridge does not retry either.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export async function keepDeadLetter(
  rule: Rule,
  target: Target,
  { event, reason }: { readonly event: string; readonly reason: string },
  edges: DeadLetterEdges,
): Promise<void> {
  if (target.deadLetters === undefined) return;
  const attributes = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: 'NO_PERMISSIONS',
    ERROR_MESSAGE: reason,
    RETRY_ATTEMPTS: '0',
  };
  const message = { body: event, attributes, sourceArn: rule.arn };
  const refusal = await edges.queues.sendAsService('events.amazonaws.com', target.deadLetters, message);
  const { region, name } = rule;
  edges.putMetric({
    region,
    namespace: 'AWS/Events',
    name: refusal === undefined ? 'InvocationsSentToDlq' : 'InvocationsFailedToBeSentToDlq',
    value: 1,
    dimensions: { RuleName: name },
  });
  if (refusal === undefined) return;
  const at = edges.clock.now();
  edges.record({ kind: 'undelivered', at, region, from: rule.arn, to: target.deadLetters, reason: refusal });
}
