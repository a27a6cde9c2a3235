import type { EventPattern } from './pattern.ts';
import type { InputShape } from './target-input.ts';

export interface Target extends InputShape {
  readonly id: string;
  /** A Lambda function or an SNS topic. */
  readonly arn: string;
  /** ARN of the SQS queue that gets events that do not reach the target. Default: none. */
  readonly deadLetters?: string | undefined;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly bus: string;
  readonly pattern: EventPattern | undefined;
  /** `rate(…)` or `cron(…)` */
  readonly schedule: string | undefined;
  readonly isEnabled: boolean;
  readonly targets: readonly Target[];
}
