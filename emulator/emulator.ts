import type { Stack } from './cloudformation/stack.ts';
import type { DashboardBody } from './cloudwatch/dashboard-body.ts';
import type { AlarmState } from './cloudwatch/evaluate.ts';
import type { Metrics } from './cloudwatch/metrics.ts';
import type { AccessKey } from './credentials.ts';
import type { DeployedStack } from './deploy.ts';
import type { Ec2 } from './ec2/service.ts';
import type { Faults } from './faults.ts';
import type { Latency } from './latency.ts';
import type { Happening } from './service.ts';
import type { Topics } from './sns/topics.ts';
import type { Queues } from './sqs/queues.ts';
import type { Ssm } from './ssm/service.ts';

/** What an invocation gave back. */
export interface InvocationResult {
  readonly outcome: 'ok' | 'error' | 'timeout';
  /** The handler's result; of a failed one `{ errorType, errorMessage, … }`. */
  readonly payload: unknown;
}

/** An HTTP API and where it is. */
interface HttpApiSummary {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly stack: string;
  readonly url: string;
}

/** A running emulator. */
export interface Emulator {
  /** One URL for all AWS services: for `AWS_ENDPOINT_URL`, or a client's `endpoint`. */
  readonly endpoint: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly happenings: readonly Happening[];
  /** Calls `listener` for every later happening; returns the function that ends it. */
  on(listener: (happening: Happening) => void): () => void;
  readonly credentials: {
    /** An administrator: IAM is not asked about this caller. */
    forUser(name?: string): AccessKey;
    /** Bound to the role's policies. Throws for a role that neither a template nor the account has. */
    forRole(roleArn: string, sessionName: string): AccessKey;
  };
  /** Of the one API in a region, in a stack, with that name, or with that id. Throws if there is none or more than one. */
  httpApiUrl(regionOrStackOrNameOrId: string): string;
  readonly httpApis: readonly HttpApiSummary[];
  /**
   * Deploys another assembly as `cdk deploy --all` does: creates, updates or leaves each of its stacks. Resolves to what was
   * done. Throws at the first stack that fails; that one is rolled back.
   */
  deploy(assembly: string): Promise<readonly DeployedStack[]>;
  /** Outputs of a stack; API Gateway's URLs in them are the local ones. Throws for a stack that is not there. */
  stackOutputs(stackName: string): Readonly<Record<string, string>>;
  /** Names of the stacks that exist. */
  readonly stacks: readonly string[];
  /** A stack that exists. Throws for one that does not. */
  stack(name: string): Stack;
  readonly ec2: Ec2;
  readonly ssm: Ssm;
  /** Of an instance, whatever its region. Throws for an instance that is not in the account. */
  metadataUrl(instanceId: string): string;
  /** Metadata URLs by instance id. */
  readonly metadataUrls: Readonly<Record<string, string>>;
  /** The region of an instance. Throws for an instance that is not in the account. */
  regionOf(instanceId: string): string;
  /** Signing names of the services behind `endpoint`. */
  readonly services: readonly string[];
  /** ARNs. */
  readonly functions: readonly string[];
  readonly faults: Faults;
  readonly latency: Pick<Latency, 'use' | 'rules' | 'closeConnections'>;
  /**
   * A minute's end: fires every enabled schedule rule once, puts EC2's status checks and judges all alarms. Resolves when
   * the invocations have ended (their retries not counted). Default: all regions.
   */
  tickSchedules(region?: string): Promise<void>;
  /** Does the same by the clock, each rule at its own time, until `close`. */
  startSchedules(): void;
  /** By name, or by ARN if two regions have one of that name. Waits for the result. Throws for one that is not there. */
  invoke(functionName: string, payload?: unknown): Promise<InvocationResult>;
  /**
   * Ends the function's idle environments, as Lambda does after some minutes: its next invocation starts cold. By name, or by ARN
   * if two regions have one of that name. Throws for one that is not there.
   */
  endIdleEnvironments(functionName: string): Promise<void>;
  readonly notifications: readonly Extract<Happening, { kind: 'notification' }>[];
  readonly subscriptions: Topics['subscriptions'];
  /** The owner of the address confirms what it is subscribed to. Throws if nothing is pending. */
  confirmSubscriptions(endpoint: string): void;
  /** The link in a message is followed: the subscriptions of the address end. Throws if none is confirmed. */
  endSubscriptions(endpoint: string): void;
  /** Standard SQS queues. */
  readonly queues: Pick<Queues, 'messages' | 'named'>;
  readonly metrics: Pick<Metrics, 'put' | 'samples'>;
  /** By name. */
  readonly dashboards: ReadonlyMap<string, DashboardBody>;
  readonly alarms: readonly {
    readonly name: string;
    readonly region: string;
    readonly state: AlarmState;
    readonly reason: string;
  }[];
  /** Ends everything that it started, its functions' processes included. */
  close(): Promise<void>;
}
