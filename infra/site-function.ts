import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '#contracts/metrics.ts';
import type { ManagedSite } from '#failover/site.ts';
import type { FunctionFolder } from './built-function.ts';
import { bundle } from './bundle.ts';
import { MEMORY_MB } from './memory-sizes.ts';

export interface SiteFunctionProps {
  readonly folder: FunctionFolder;
  readonly name: string;
  /** Written beside its code. Default: the function reads none. */
  readonly site?: ManagedSite;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  /** Environments that are kept for it, and no more than these. Default: what the account has left. */
  readonly reservedConcurrency?: number;
  /**
   * After a failed asynchronous invocation. Lambda waits 1 minute before the first retry and 2 before the second
   * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
   */
  readonly retryAttempts: 0 | 2;
  /**
   * How long Lambda keeps an asynchronous invocation, for retries and while it throttles. Default: 1 min without retries, otherwise as long
   * as two runs and the pauses take, and two minutes more.
   */
  readonly maxEventAge?: Duration;
  /** Gets the asynchronous invocations that Lambda gives up. Default: they are dropped. */
  readonly deadLetters?: IQueue;
}

/** A function with its own log group and a role that may write to it and nothing else. */
export class SiteFunction extends Construct {
  readonly function: LambdaFunction;
  readonly log: ILogGroup;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: SiteFunctionProps) {
    super(scope, id);
    // CDK takes an ARN of which it does not know every part for 150 characters, and fills policies only by half.
    this.node.setContext('@aws-cdk/aws-iam.arnSizeEstimate', ARN_SIZE);
    this.log = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.name}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.log.grantWrite(this.#role);
    const { deadLetters } = props;
    // Lambda writes to the destination with the role of the function.
    if (deadLetters !== undefined) this.allow(['sqs:SendMessage'], [deadLetters.queueArn]);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.name,
      code: bundle(props.folder, props.site),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MB[props.folder],
      timeout: props.timeout,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
      role: this.#role,
      logGroup: this.log,
      retryAttempts: props.retryAttempts,
      maxEventAge: props.maxEventAge ?? leastEventAge(props),
      ...(deadLetters !== undefined && { onFailure: { bind: () => ({ destination: deadLetters.queueArn }) } }),
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.folder,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      },
    });
  }

  /** Lets the function do exactly these actions on exactly these resources. */
  allow(actions: readonly string[], resources: readonly string[], conditions?: Record<string, unknown>): void {
    this.#role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      }),
    );
  }
}

/** An event that is too old is given up before its last retry, however few attempts it had (documentation as above). */
function leastEventAge({ retryAttempts, timeout }: SiteFunctionProps): Duration {
  const [firstPause, secondPause, spare] = [1, 2, 2];
  if (retryAttempts === 0) return Duration.minutes(1);
  return Duration.seconds(2 * timeout.toSeconds() + (firstPause + secondPause + spare) * 60);
}

/** A route table's is some 80 characters long, by its partition and region. */
const ARN_SIZE = 90;
