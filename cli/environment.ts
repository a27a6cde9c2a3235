/** What commands need besides streams: AWS, a clock and ids. Passed in, so that tests need neither AWS nor time. */

import type { AlarmState } from '#aws/alarm-states.ts';
import type { Concurrency } from '#aws/concurrency.ts';
import type { ControlledTable } from '#aws/controlled-tables.ts';
import type { Attachment } from '#aws/instances.ts';
import type { MetricId, Span } from '#aws/metric-sums.ts';
import type { InterfaceAcl } from '#aws/network-acls.ts';
import type { StoredSecret } from '#aws/parameters.ts';
import type { Quotas } from '#aws/quotas.ts';
import type { CommandEnd, CommandRequest } from '#aws/run-command.ts';
import type { SecretValue } from '#aws/secret-value.ts';
import type { InterfaceRules } from '#aws/security-groups.ts';
import type { ApiAnswer, SignedRequest } from '#aws/signed-request.ts';
import type { LastOperation, ListedStack, Stack, StackName, StackOptions } from '#aws/stacks.ts';
import type { Subscription } from '#aws/subscriptions.ts';
import type { VpcDescription } from '#aws/vpc-description.ts';
import type { RouteFact } from '#failover/observation.ts';
import type { ManagedRoute } from '#failover/site.ts';
import type { Topology } from '#topology/topology.ts';
import type { Template } from './cost/template.ts';
import type { NextCommand } from './output/next-command.ts';

export interface Environment {
  /** Invokes a site's function and waits for its answer. `callFault` classifies what it throws. */
  invoke(call: Call): Promise<unknown>;
  /**
   * URL of a site's API for viewers and operators, which this SSM parameter has. Undefined: an earlier version is deployed, which has no
   * such API, or the API is bypassed: then requests invoke the function itself.
   */
  apiUrl(region: string, parameter: string, signal: AbortSignal | undefined): Promise<string | undefined>;
  /** Sends a signed request to that API. `callFault` classifies what it throws. */
  callApi(request: SignedRequest): Promise<ApiAnswer>;
  /** SSM parameters of a region, by name. Missing ones are left out. */
  readSecrets(
    region: string,
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, StoredSecret>>;
  /** Creates a SecureString. False: the name already exists. */
  createSecret(region: string, name: string, value: SecretValue, signal: AbortSignal | undefined): Promise<boolean>;
  /** The account of the credentials (`#aws/caller-account.ts`). */
  callerAccount(region: string, signal: AbortSignal | undefined): Promise<string>;
  /** The history in a site's table, whose functions may be gone (`#aws/read-history.ts`). */
  readHistory(region: string, table: string, limit: number): Promise<unknown>;
  /** What the deployment creates. */
  readonly cloud: Cloud;
  /**
   * Runs `cdk deploy` for some stacks of a topology file, with its output on stderr.
   *
   * @returns its exit code; null: a signal ended it
   */
  deployStacks(deployment: Deployment): Promise<number | null>;
  /** The templates of a topology's stacks, by name (`cost/synthesize-stacks.ts`). */
  synthesizeStacks(topology: Topology): Promise<ReadonlyMap<string, Template>>;
  /** Of this command line. */
  readonly nextCommand: NextCommand;
  /** A new id for an action. */
  newId(): string;
  /** ms since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** `#aws/backoff.ts`: how long to wait before a request is repeated. */
  backoffMs(repeats: number): Promise<number>;
  /** The operator, as recorded in the history: `user@host`. */
  readonly user: string;
}

/** What the process provides. `run` adds what depends on the command line. */
export type GivenEnvironment = Omit<Environment, 'nextCommand'>;

export interface Deployment {
  /** Absolute path of the topology file. */
  readonly file: string;
  /** Names of stacks; undefined: all. */
  readonly stacks?: readonly string[] | undefined;
  /** Where the synthesized stacks go. Default: `cdk.out` of the project. */
  readonly output?: string | undefined;
  /** Ctrl-C is passed on; CloudFormation completes the operation that has begun. */
  readonly signal: AbortSignal | undefined;
}

export interface Call {
  readonly functionName: string;
  readonly region: string;
  readonly payload: unknown;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** CloudFormation, EC2 and SSM of all Regions: `#aws/stacks.ts`, `#aws/instances.ts` and `#aws/parameters.ts` describe each call. */
export interface Cloud {
  describeStack(stack: StackName, signal: AbortSignal | undefined): Promise<Stack | undefined>;
  listStacks(region: string, signal: AbortSignal | undefined): Promise<readonly ListedStack[]>;
  updateStack(
    stack: StackName,
    now: Pick<Stack, 'parameters'>,
    values: Readonly<Record<string, string>>,
    token: string,
  ): Promise<boolean>;
  createStack(stack: StackName, template: string, token: string, options?: StackOptions): Promise<void>;
  allowDeletion(stack: StackName): Promise<void>;
  deleteStack(stack: StackName, token: string): Promise<void>;
  parameterDefaults(stack: StackName, signal: AbortSignal | undefined): Promise<Readonly<Record<string, string>>>;
  templateMetadata(
    stack: StackName,
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;
  templateOf(stack: StackName, signal: AbortSignal | undefined): Promise<string>;
  lastOperation(
    stack: { readonly region: string; readonly id: string },
    signal: AbortSignal | undefined,
  ): Promise<LastOperation>;
  /** `describeRoutes` of `#aws/route-tables.ts`. */
  describeRoutes(region: string, routes: readonly ManagedRoute[]): Promise<readonly RouteFact[]>;
  /** `#aws/security-groups.ts`. */
  inboundRules(
    region: string,
    enis: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<string, InterfaceRules>>>;
  /** `#aws/network-acls.ts`. */
  networkAcls(
    region: string,
    enis: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<string, InterfaceAcl>>>;
  /** `#aws/alarm-states.ts`. */
  alarmStates(region: string, prefix: string, signal: AbortSignal | undefined): Promise<readonly AlarmState[]>;
  /** `#aws/subscriptions.ts`. */
  subscriptionsOf(region: string, topic: string, signal: AbortSignal | undefined): Promise<readonly Subscription[]>;
  /** `#aws/concurrency.ts`. */
  concurrencyOf(region: string, signal: AbortSignal | undefined): Promise<Concurrency>;
  /** `#aws/quotas.ts`. */
  quotasOf(region: string, signal: AbortSignal | undefined): Promise<Quotas>;
  /** `#aws/controlled-tables.ts`. */
  controlledTables(region: string, signal: AbortSignal | undefined): Promise<readonly ControlledTable[]>;
  /** `#aws/metric-sums.ts`. */
  listMetrics(
    region: string,
    of: Pick<MetricId, 'namespace' | 'name'>,
    signal: AbortSignal | undefined,
  ): Promise<readonly MetricId[]>;
  metricSums(
    region: string,
    metrics: readonly MetricId[],
    span: Span,
    signal: AbortSignal | undefined,
  ): Promise<readonly number[]>;
  /** `describeVpc` of `#aws/vpc-description.ts`. */
  describeVpc(region: string, vpc: string, signal: AbortSignal | undefined): Promise<VpcDescription | undefined>;
  attachmentOf(region: string, eni: string, signal: AbortSignal | undefined): Promise<Attachment | undefined>;
  protectFromTermination(region: string, instance: string, on: boolean): Promise<void>;
  existingParameters(
    region: string,
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlySet<string>>;
  imageExists(region: string, image: string, signal: AbortSignal | undefined): Promise<boolean>;
  typeIsOffered(region: string, eni: string, type: string, signal: AbortSignal | undefined): Promise<boolean>;
  /** `#aws/list-tables.ts`. */
  listTables(region: string, prefix: string, signal: AbortSignal | undefined): Promise<readonly string[]>;
  /** `#aws/run-document.ts`. */
  runDocument(region: string, request: CommandRequest, signal: AbortSignal | undefined): Promise<CommandEnd>;
  /** Of `#aws/instance-power.ts`. */
  stopInstance(region: string, instance: string): Promise<void>;
  startInstance(region: string, instance: string): Promise<void>;
  rehearseStart(region: string, instance: string, signal?: AbortSignal): Promise<void>;
  instanceState(region: string, instance: string, signal?: AbortSignal): Promise<string | undefined>;
  consoleOutput(region: string, instance: string, signal?: AbortSignal): Promise<string>;
}
