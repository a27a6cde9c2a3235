import type { AlarmState } from '#aws/alarm-states.ts';
import type { Concurrency } from '#aws/concurrency.ts';
import type { ControlledTable } from '#aws/controlled-tables.ts';
import type { Attachment } from '#aws/instances.ts';
import type { MetricId } from '#aws/metric-sums.ts';
import type { InterfaceAcl } from '#aws/network-acls.ts';
import type { Quotas } from '#aws/quotas.ts';
import type { CommandEnd, CommandRequest } from '#aws/run-command.ts';
import type { InterfaceRules } from '#aws/security-groups.ts';
import type { LastOperation, ListedStack, Stack, StackName, StackOptions } from '#aws/stacks.ts';
import type { Subscription } from '#aws/subscriptions.ts';
import type { VpcDescription } from '#aws/vpc-description.ts';
import type { Cloud } from '#cli/environment.ts';
import type { RouteFact } from '#failover/observation.ts';
import { type ManagedRoute, routeName } from '#failover/site.ts';
import { existing } from './command-line.ts';

/** What an operation does to a stack once it has ended. */
export type Effect = (stack: FakeStack) => void;

export interface FakeStack {
  status: string;
  reason?: string;
  isProtected?: boolean;
  parameters: Record<string, string>;
  outputs: Record<string, string>;
  defaults: Record<string, string>;
  /** Of its template. */
  metadata?: Readonly<Record<string, unknown>>;
  /** Default: an empty one. */
  template?: string;
  /** Where it is listed, and its tags. Default: nowhere, none. */
  region?: string;
  tags?: Readonly<Record<string, string>>;
  /** When it was created or updated last, ms since the epoch. Default: unknown. */
  changedAt?: number;
  operation: LastOperation;
  /** How often the operation under way is still described as such, and what it does then. */
  underWay?: { polls: number; ends: Effect };
}

/** CloudFormation and EC2 in memory. Operations take three descriptions of their stack. */
export class FakeCloud implements Cloud {
  /** By name; undefined once deleted. */
  readonly stacks = new Map<string, FakeStack>();
  /** By interface. */
  readonly attached = new Map<string, Attachment>();
  readonly images = new Set<string>();
  readonly types = new Set<string>();
  readonly calls: string[] = [];
  /** Instances without termination protection. */
  readonly unprotected = new Set<string>();
  /** What an update does. Default: its parameters. */
  onUpdate: (name: string, values: Readonly<Record<string, string>>) => Effect = () => () => undefined;
  onDelete: (name: string) => Effect = () => () => undefined;

  add(name: string, stack: Partial<FakeStack> = {}): void {
    this.stacks.set(name, {
      status: 'CREATE_COMPLETE',
      parameters: {},
      outputs: {},
      defaults: {},
      operation: { failed: [], kept: [] },
      ...stack,
    });
  }

  describeStack({ name }: StackName): Promise<Stack | undefined> {
    const stack = this.stacks.get(name);
    if (stack?.underWay !== undefined) {
      stack.underWay.polls -= 1;
      if (stack.underWay.polls < 0) {
        const { ends } = stack.underWay;
        delete stack.underWay;
        ends(stack);
      }
    }
    if (stack === undefined || stack.status === 'DELETE_COMPLETE') return Promise.resolve(undefined);
    const { status, isProtected = false, reason, parameters, outputs, changedAt } = stack;
    return Promise.resolve({ id: `arn:${name}`, name, status, isProtected, reason, parameters, outputs, changedAt });
  }

  listStacks(region: string): Promise<readonly ListedStack[]> {
    const found = [...this.stacks].filter(
      ([, { status, region: its }]) => its === region && status !== 'DELETE_COMPLETE',
    );
    return Promise.resolve(found.map(([name, { status, tags = {} }]) => ({ region, name, status, tags })));
  }

  /** What the security groups of interfaces let in, by interface. Default: everything. */
  readonly rules: Record<string, InterfaceRules> = {};
  /** Of every topic. */
  subscriptions: Subscription[] = [{ protocol: 'email', endpoint: 'noc@example.com', state: 'confirmed' }];
  concurrency: Concurrency = { limit: 1000, unreserved: 960 };

  inboundRules(_region: string, enis: readonly string[]): Promise<Readonly<Record<string, InterfaceRules>>> {
    const open = {
      protocol: '-1',
      from: undefined,
      to: undefined,
      cidrs: ['0.0.0.0/0'],
      groups: [],
      hasPrefixLists: false,
    };
    const rulesOf = (eni: string) => this.rules[eni] ?? { groups: ['sg-1'], inbound: [open] };
    return Promise.resolve(this.#shown(enis, rulesOf));
  }

  /** By interface. Default: everything passes. */
  readonly acls: Record<string, InterfaceAcl> = {};
  /** Interfaces that EC2 does not show. */
  readonly unshown = new Set<string>();

  networkAcls(_region: string, enis: readonly string[]): Promise<Readonly<Record<string, InterfaceAcl>>> {
    const open = { number: 100, allow: true, protocol: '-1', cidr: '0.0.0.0/0', from: undefined, to: undefined };
    const rules = [false, true].map((egress) => ({ ...open, egress }));
    return Promise.resolve(this.#shown(enis, (eni) => this.acls[eni] ?? { id: 'acl-1', rules }));
  }

  #shown<Fact>(enis: readonly string[], factOf: (eni: string) => Fact): Record<string, Fact> {
    return Object.fromEntries(enis.filter((eni) => !this.unshown.has(eni)).map((eni) => [eni, factOf(eni)]));
  }

  /** Of the site. Default: none. */
  alarms: AlarmState[] = [];

  alarmStates(): Promise<readonly AlarmState[]> {
    return Promise.resolve(this.alarms);
  }

  subscriptionsOf(): Promise<readonly Subscription[]> {
    return Promise.resolve(this.subscriptions);
  }

  concurrencyOf(): Promise<Concurrency> {
    return Promise.resolve(this.concurrency);
  }

  quotas: Quotas = { routesPerTable: 500, apiRequests: 10_000 };

  quotasOf(): Promise<Quotas> {
    return Promise.resolve(this.quotas);
  }

  /** Tables of DynamoDB in all Regions. Default: none. */
  tables: readonly string[] = [];

  listTables(_region: string, prefix: string): Promise<readonly string[]> {
    return Promise.resolve(this.tables.filter((name) => name.startsWith(prefix)));
  }

  /** Default: none. */
  controlled: ControlledTable[] = [];

  controlledTables(): Promise<readonly ControlledTable[]> {
    return Promise.resolve(this.controlled);
  }

  /** Metrics with what they add up to. Default: CloudWatch has none. */
  readonly sums: (MetricId & { readonly sum: number })[] = [];

  listMetrics(
    _region: string,
    { namespace, name }: Pick<MetricId, 'namespace' | 'name'>,
  ): Promise<readonly MetricId[]> {
    return Promise.resolve(this.sums.filter((each) => each.namespace === namespace && each.name === name));
  }

  metricSums(_region: string, metrics: readonly MetricId[]): Promise<readonly number[]> {
    const sumOf = (metric: MetricId) => this.sums.find((each) => isSameMetric(each, metric))?.sum ?? 0;
    return Promise.resolve(metrics.map(sumOf));
  }

  /** SSM parameters that do not exist; all others do. */
  readonly missingParameters = new Set<string>();

  existingParameters(_region: string, names: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(names.filter((name) => !this.missingParameters.has(name))));
  }

  updateStack({ name }: StackName, _now: unknown, values: Readonly<Record<string, string>>): Promise<boolean> {
    const stack = this.#existing(name);
    if (Object.entries(values).every(([key, value]) => stack.parameters[key] === value)) return Promise.resolve(false);
    this.calls.push(`update ${name} ${JSON.stringify(values)}`);
    const effect = this.onUpdate(name, values);
    stack.status = 'UPDATE_IN_PROGRESS';
    stack.underWay = {
      polls: 3,
      ends: (ended) => {
        ended.status = 'UPDATE_COMPLETE';
        Object.assign(ended.parameters, values);
        effect(ended);
      },
    };
    return Promise.resolve(true);
  }

  allowDeletion({ name }: StackName): Promise<void> {
    this.calls.push(`allow deletion of ${name}`);
    this.#existing(name).isProtected = false;
    return Promise.resolve();
  }

  deleteStack({ name }: StackName): Promise<void> {
    const stack = this.#existing(name);
    if (stack.isProtected === true)
      return Promise.reject(Object.assign(new Error('TerminationProtection is enabled'), { name: 'ValidationError' }));
    this.calls.push(`delete ${name}`);
    const effect = this.onDelete(name);
    stack.status = 'DELETE_IN_PROGRESS';
    stack.underWay = {
      polls: 3,
      ends: (ended) => {
        ended.status = 'DELETE_COMPLETE';
        effect(ended);
      },
    };
    return Promise.resolve();
  }

  parameterDefaults({ name }: StackName): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve(this.#existing(name).defaults);
  }

  templateMetadata({ name }: StackName): Promise<Readonly<Record<string, unknown>> | undefined> {
    return Promise.resolve(this.#existing(name).metadata);
  }

  templateOf({ name }: StackName): Promise<string> {
    return Promise.resolve(this.#existing(name).template ?? '{}');
  }

  lastOperation({ id }: { readonly id: string }): Promise<LastOperation> {
    return Promise.resolve(this.#existing(id.slice('arn:'.length)).operation);
  }

  /** Managed routes that EC2 lacks, by table and destination. */
  readonly missingRoutes = new Set<string>();
  /** Stacks that have marked a table, by table. */
  readonly controllers = new Map<string, string>();

  describeRoutes(_region: string, routes: readonly ManagedRoute[]): Promise<readonly RouteFact[]> {
    return Promise.resolve(
      routes.map((route) => {
        const controller = this.controllers.get(route.table);
        return {
          ...existing(route),
          ...(this.missingRoutes.has(routeName(route)) && { target: undefined, state: 'missing', origin: undefined }),
          ...(controller !== undefined && { controller }),
        };
      }),
    );
  }

  /** By Region and id. */
  readonly vpcs = new Map<string, VpcDescription>();

  describeVpc(region: string, vpc: string): Promise<VpcDescription | undefined> {
    return Promise.resolve(this.vpcs.get(`${region} ${vpc}`));
  }

  attachmentOf(_region: string, eni: string): Promise<Attachment | undefined> {
    return Promise.resolve(this.attached.get(eni));
  }

  protectFromTermination(_region: string, instance: string, on: boolean): Promise<void> {
    this.calls.push(`${on ? 'forbid' : 'allow'} termination of ${instance}`);
    if (on) this.unprotected.delete(instance);
    else this.unprotected.add(instance);
    return Promise.resolve();
  }

  imageExists(_region: string, image: string): Promise<boolean> {
    return Promise.resolve(this.images.has(image));
  }

  typeIsOffered(_region: string, _eni: string, type: string): Promise<boolean> {
    return Promise.resolve(this.types.has(type));
  }

  /** What a document answers on an instance. Default: no SSM agent. */
  onDocument: (request: CommandRequest) => Promise<CommandEnd> | CommandEnd = () => ({
    kind: 'silent',
    why: 'InvalidInstanceId: no SSM agent is registered for the instance',
  });

  runDocument(_region: string, request: CommandRequest): Promise<CommandEnd> {
    this.calls.push(`run ${request.document} on ${request.instance}`);
    return Promise.resolve(this.onDocument(request));
  }

  /** By instance. Default: running. */
  readonly power = new Map<string, string>();

  stopInstance(_region: string, instance: string): Promise<void> {
    this.calls.push(`stop ${instance}`);
    this.power.set(instance, 'stopped');
    return Promise.resolve();
  }

  startInstance(_region: string, instance: string): Promise<void> {
    this.calls.push(`start ${instance}`);
    this.power.set(instance, 'running');
    return Promise.resolve();
  }

  rehearseStart(_region: string, _instance: string): Promise<void> {
    return Promise.resolve();
  }

  instanceState(_region: string, instance: string): Promise<string | undefined> {
    return Promise.resolve(this.power.get(instance) ?? 'running');
  }

  /** What the serial console of every instance shows. */
  onConsole: () => string = () => '';
  /** What a creation does to its stack once it has ended. Default: nothing more. */
  onCreate: Effect = () => undefined;

  createStack(
    { name, region }: StackName,
    template: string,
    _token: string,
    options: StackOptions = {},
  ): Promise<void> {
    this.calls.push(`create ${name}`);
    const underWay = {
      polls: 3,
      ends: (ended: FakeStack) => {
        ended.status = 'CREATE_COMPLETE';
        this.onCreate(ended);
      },
    };
    this.add(name, { status: 'CREATE_IN_PROGRESS', region, template, tags: options.tags ?? {}, underWay });
    return Promise.resolve();
  }

  consoleOutput(): Promise<string> {
    return Promise.resolve(this.onConsole());
  }

  #existing(name: string): FakeStack {
    const stack = this.stacks.get(name);
    if (stack === undefined)
      throw Object.assign(new Error(`Stack with id ${name} does not exist`), { name: 'ValidationError' });
    return stack;
  }
}

function isSameMetric(one: MetricId, other: MetricId): boolean {
  const keyOf = ({ namespace, name, dimensions }: MetricId) =>
    [namespace, name, ...Object.entries(dimensions).flat()].join(' ');
  return keyOf(one) === keyOf(other);
}
