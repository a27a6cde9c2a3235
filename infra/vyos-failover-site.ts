import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable, IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type ManagedSite, managedSite } from '#failover/site.ts';
import { createdKeysIn, fillCreatedIds } from '#topology/created-ids.ts';
import { reservedFor } from '#topology/reserved-concurrency.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { bootParameterName } from '#vyos/boot-values.ts';
import { AccessPolicies, grantOperate, grantView } from './access-policies.ts';
import { siteMetric } from './alarm-metrics.ts';
import { Alarms } from './alarms.ts';
import { ConfigPush } from './config-push.ts';
import { SiteDashboard } from './dashboard.ts';
import { DeadLetters } from './dead-letters.ts';
import { addDeployedMetadata, modelDigest } from './deployed-metadata.ts';
import { EventApi } from './event-api.ts';
import { examineDocument } from './examine-document.ts';
import { withFeatureFlags } from './feature-flags.ts';
import { ManagedRoutes } from './managed-routes.ts';
import { MarkedTables } from './marked-tables.ts';
import { measureDocument } from './measure-document.ts';
import { namesOf } from './names.ts';
import { Notifications } from './notifications.ts';
import { OperatorApi } from './operator-api.ts';
import { ExistingRouters } from './router-bundles/existing-routers.ts';
import { programRouters } from './router-bundles/program-routers.ts';
import { RouterPolicies } from './router-policies.ts';
import { SavedQueries } from './saved-queries.ts';
import { healthProbeFunction, routeSwapFunction, viewAlias } from './site-functions.ts';
import { siteTable } from './site-table.ts';
import { takenBefore, whyWrongAccount, whyWrongRegion } from './stack-of-site.ts';
import { Triggers } from './triggers.ts';
import type { VyosFailoverTopology } from './vyos-failover-topology.ts';

/** Properties of a site. All else is in the topology file, which the routers and the command line read, too. */
export interface VyosFailoverSiteProps {
  /** The topology that describes the site, and the sites that its tunnels lead to. */
  readonly topology: VyosFailoverTopology;

  /** Name of the site in the topology. The stack must be in the site's Region. */
  readonly site: string;
}

/** The HTTP API that the routers of a site report to. */
export interface VyosFailoverApi {
  /** `https://….execute-api.REGION.amazonaws.com`: API_URL in report.conf of both routers. */
  readonly url: string;

  /** What a router's role must be allowed to invoke. The roles that the topology names have the permission already. */
  readonly routeArn: string;
}

/**
 * Moves the routes of a VPC from a failed VyOS router to its standby: everything that fails over one site, in the site's own Region.
 *
 * The managed routes themselves are not in it: a deployment, or `--revert-drift`, must never undo a failover.
 */
export class VyosFailoverSite extends Construct {
  /** Of all messages to the operators on call, as plain text with a subject; `notify` in the topology subscribes addresses to it. */
  readonly topic: ITopic;

  /** Lease, journal, history and pushed configurations. Kept when the stack is deleted. */
  readonly table: ITable;

  /** The API that the routers report to. */
  readonly api: VyosFailoverApi;

  /** Permits what `grantView` permits: for the roles and permission sets of viewers. */
  readonly viewerPolicy: IManagedPolicy;

  /** Permits what `grantSwitchover` permits: for the roles and permission sets of operators. */
  readonly operatorPolicy: IManagedPolicy;

  readonly #site: ManagedSite;
  readonly #routeSwap: IFunction;
  readonly #configPush: IFunction;
  readonly #operatorApi: OperatorApi;

  /**
   * @throws Error for a site that the topology does not have, that is in the app already, or whose Region is not the stack's; and for a
   * topology whose VPCs or routers are created
   */
  constructor(scope: Construct, id: string, props: VyosFailoverSiteProps) {
    super(withFeatureFlags(scope), id);
    const stack = Stack.of(this);
    const { topology, created, agent, hasSlackStacks } = props.topology._deployable;
    const described = props.topology._site(props.site);
    const names = namesOf(topology, described);
    const wrongStack = whyWrongRegion(stack, described) ?? whyWrongAccount(stack, topology);
    if (wrongStack !== undefined) throw new Error(wrongStack);
    const before = takenBefore(this, stack, names.stack);
    if (before !== undefined)
      throw new Error(`Site ${described.name} is in the app twice: ${before} and ${this.node.path}. Remove one.`);
    const missing = createdKeysIn(topology).find((key) => created.referenceTo(key) === undefined);
    if (missing !== undefined) throw new Error(NOT_CREATED);
    if (described.notify.slack && !hasSlackStacks) throw new Error(NO_SLACK);
    addDeployedMetadata(stack, topology, described);
    // In the functions' code with placeholders, and in permissions with references to what is created.
    const site = managedSite(topology, described, bgpNeighbors(topology));
    const deployed = fillCreatedIds(site, (key) => created.referenceTo(key));
    const table = siteTable(this);
    const { queue: deadLetters } = new DeadLetters(this, 'DeadLetters', { name: names.deadLetters });
    const of = { names, site, createdIds: created.jsonOf(stack, site), table, deadLetters };
    const reserved = reservedFor(described);
    examineDocument(this, names.examineDocument, topology, described);
    const routeSwap = routeSwapFunction(this, { ...of, deployed, reservedConcurrency: reserved.routeSwap });
    const healthProbe = healthProbeFunction(this, { ...of, routeSwap });
    const api = new EventApi(this, 'EventApi', { stack, name: names.events, site, routeSwap });
    // A pushed topology does not have the addresses of the routers of other sites either.
    const addresses = topology.sites.flatMap(({ routers }) => [
      routers.active.publicAddress,
      routers.standby.publicAddress,
    ]);
    const configPush = new ConfigPush(this, 'ConfigPush', {
      stack,
      site,
      createdIds: created.jsonOf(stack, site, addresses),
      programs: { parameters: bootParameterName(topology, described, ''), routers: programRouters(described) },
      names,
      table,
      reservedConcurrency: reserved.configPush,
      deadLetters,
    }).function;
    const operatorApi = new OperatorApi(this, 'OperatorApi', {
      stack,
      name: names.operators,
      site,
      routeSwap: routeSwap.function,
      view: viewAlias(this, routeSwap),
      configPush,
    });
    const access = new AccessPolicies(this, 'Access', site.name, operatorApi);
    // The id is older than the class: another one would replace the topic and lose its subscriptions.
    const { topic } = new Notifications(this, 'People', {
      stack,
      site,
      names,
      table,
      notify: described.notify,
      deadLetters,
    });
    const alarms = new Alarms(this, 'Alarms', { site, routeSwap, healthProbe, api, deadLetters });
    const logs = { 'route-swap': routeSwap.log, 'health-probe': healthProbe.log };
    new SavedQueries(this, 'Queries', { folder: names.stack, logs });
    if (described.dashboard) new SiteDashboard(this, 'Dashboard', { site, swaps: routeSwap.log });
    new Triggers(this, 'Triggers', { site, routeSwap, healthProbe, statusChecks: alarms.statusChecks, deadLetters });
    const existing = new ExistingRouters(this, 'ExistingRouters', {
      stack,
      topology,
      site: described,
      created,
      apiUrl: api.url,
      agent,
    });
    new RouterPolicies(this, 'RouterPolicies', { stack, topology, site: described, routeArn: api.routeArn, existing });
    measureDocument(this, names.measureDocument);
    const marks = new MarkedTables(this, 'MarkedTables', {
      stack,
      site,
      deployed,
      createdIds: of.createdIds,
      name: names.markTables,
      model: modelDigest(topology, described),
      mover: routeSwap.function,
    });
    if (described.createRoutes) {
      const routes = new ManagedRoutes(this, 'ManagedRoutes', { stack, site: deployed, name: names.createRoutes });
      // No route is created in a table that another stack has marked: the deployment fails before.
      routes.node.addDependency(marks);
    }
    this.#output('EventApiUrl', api.url, 'API_URL in report.conf of both routers');
    this.#output('AlarmTopicArn', topic.topicArn, 'Topic of all messages: subscribe the operators on call');
    this.#output('SiteTableName', table.tableName, 'Lease, journal and history');
    this.#output('OperatorApiUrl', operatorApi.url, 'API of viewers and operators');
    this.#output('ViewerPolicyArn', access.viewer.managedPolicyArn, 'Policy for those who may see the site');
    this.#output('OperatorPolicyArn', access.operator.managedPolicyArn, 'Policy for those who may also operate it');
    this.topic = topic;
    this.table = table;
    this.api = api;
    this.#site = site;
    this.#routeSwap = routeSwap.function;
    this.#configPush = configPush;
    this.#operatorApi = operatorApi;
    this.viewerPolicy = access.viewer;
    this.operatorPolicy = access.operator;
  }

  /**
   * Whether the site could fail over: 1 or 0, every minute. No data: the site is not monitored.
   *
   * @default - minimum over 1 minute
   */
  metricFailoverReady(options: MetricOptions = {}): Metric {
    return siteMetric(this.#site, 'FailoverReady', 'Minimum').with(options);
  }

  /**
   * Swaps that moved all routes: failovers, switchovers and failbacks. No data: none.
   *
   * @default - sum over 1 minute
   */
  metricFailoverCompleted(options: MetricOptions = {}): Metric {
    return siteMetric(this.#site, 'FailoverCompleted', 'Sum').with(options);
  }

  /**
   * Failovers that a rule refused, because for instance both routers are unfit. No data: none.
   *
   * @default - sum over 1 minute
   */
  metricFailoverRefused(options: MetricOptions = {}): Metric {
    return siteMetric(this.#site, 'FailoverRefused', 'Sum').with(options);
  }

  /**
   * Milliseconds from the arrival of a trigger to the last route that was read back.
   *
   * @default - maximum over 1 minute
   */
  metricSwapDuration(options: MetricOptions = {}): Metric {
    return siteMetric(this.#site, 'SwapMs', 'Maximum').with(options);
  }

  /**
   * Permits a grantee to do everything that an operator can do: `switchover`, `failback`, `pause`, `maintenance`, `config push`,
   * `router install`, and all that `grantView` permits.
   *
   * The permission is `execute-api:Invoke` on the API of operators, and `ssm:GetParameter` on its URL. AWS verifies the grantee's identity,
   * and the history records it.
   */
  grantSwitchover(grantee: IGrantable): Grant {
    return grantOperate(grantee, this.#operatorApi);
  }

  /**
   * Permits a grantee to run the commands that change nothing: `status`, `history`, `explain`, `plan`, and `switchover --dry-run`.
   *
   * The permission is `execute-api:Invoke` on the GET routes of the API of operators, and `ssm:GetParameter` on its URL.
   */
  grantView(grantee: IGrantable): Grant {
    return grantView(grantee, this.#operatorApi);
  }

  /**
   * Permits a grantee to invoke the functions that move the routes and change the routers without their API (`--bypass-api`), for an
   * emergency.
   *
   * The permission is `lambda:InvokeFunction`. Lambda does not verify what the payload says about its sender, so such a grantee can also
   * forge reports of the routers. Grant it to a role that is assumed in emergencies only.
   */
  grantBypassApi(grantee: IGrantable): Grant {
    return this.#routeSwap.grantInvoke(grantee).combine(this.#configPush.grantInvoke(grantee));
  }

  #output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}

const NO_SLACK =
  'VyosFailoverSite cannot configure a Slack channel, which has a stack of its own for all sites. Remove slack from notify and subscribe to ' +
  'the topic of the site, or deploy from a checkout of vyos-failover.';
const NOT_CREATED =
  'VyosFailoverSite takes a topology whose VPCs and routers exist. This one creates some, in stacks of their own: deploy it from a ' +
  'checkout of vyos-failover, as described in docs/created-sites.md.';
