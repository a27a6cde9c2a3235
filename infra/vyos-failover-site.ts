import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { leastDurationMs } from '#failover/call-pacer.ts';
import { type ManagedSite, managedSite } from '#failover/site.ts';
import { healthProbeEnvironment, ROUND_WITHIN_MS } from '#functions/health-probe/settings.ts';
import { routeSwapEnvironment } from '#functions/route-swap/settings.ts';
import { fillCreatedIds } from '#topology/created-ids.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { Alarms } from './alarms.ts';
import { ConfigPush } from './config-push.ts';
import type { CreatedIds } from './created/created-ids.ts';
import { deployedMetadata } from './deployed-metadata.ts';
import { EventApi } from './event-api.ts';
import { pinFeatureFlags } from './feature-flags.ts';
import { ManagedRoutes } from './managed-routes.ts';
import { namesOf } from './names.ts';
import { Notifications } from './notifications.ts';
import { allowHealthProbe, allowRouteSwap } from './permissions.ts';
import { probeDocument } from './probe-document.ts';
import { RouterPolicies } from './router-policies.ts';
import { SiteFunction } from './site-function.ts';
import { Triggers } from './triggers.ts';

export interface VyosFailoverSiteProps {
  readonly topology: Topology;
  readonly site: Site;
  /** References to what the addresses stacks create. */
  readonly created: CreatedIds;
}

/**
 * Everything that fails over one site, in the site's own Region. The swappable routes themselves are not in it: a
 * deployment, or `--revert-drift`, must never undo a failover. Missing ones are created by `ManagedRoutes`.
 */
export class VyosFailoverSite extends Construct {
  /** The API that routers report to. */
  readonly api: EventApi;
  /** Lease, journal, history and pushed configurations. */
  readonly table: TableV2;
  /** Of all alarms. */
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { topology, site: described, created }: VyosFailoverSiteProps) {
    super(scope, id);
    pinFeatureFlags(this);
    const stack = Stack.of(this);
    const names = namesOf(topology, described);
    stack.templateOptions.metadata = { ...stack.templateOptions.metadata, ...deployedMetadata(topology, described) };
    // In the functions' code with placeholders, and in permissions with references to what is created.
    const site = managedSite(topology, described, bgpNeighbors(topology));
    const deployed = fillCreatedIds(site, (key) => created.referenceTo(key));
    const createdIds = created.jsonOf(stack, site);
    const table = this.#table();
    const routeSwap = this.#routeSwap(names, { site, deployed, createdIds }, described.reservedConcurrency, table);
    const healthProbe = this.#healthProbe(names, { site, createdIds }, table, routeSwap);
    const api = new EventApi(this, 'EventApi', { stack, name: names.events, site, routeSwap });
    // The id is older than the class: another one would replace the topic and lose its subscriptions.
    const { topic } = new Notifications(this, 'People', { stack, site });
    const alarms = new Alarms(this, 'Alarms', { site, topic, routeSwap, healthProbe, api });
    new Triggers(this, 'Triggers', { site, routeSwap, healthProbe, statusChecks: alarms.statusChecks });
    new RouterPolicies(this, 'RouterPolicies', { stack, topology, site: described, routeArn: api.routeArn });
    // A pushed topology does not have the addresses of the routers of other sites either.
    const addresses = topology.sites.flatMap(({ routers }) => [
      routers.active.publicAddress,
      routers.standby.publicAddress,
    ]);
    const pushedIds = created.jsonOf(stack, site, addresses);
    new ConfigPush(this, 'ConfigPush', { stack, site, createdIds: pushedIds, names, table, topic });
    if (described.createRoutes)
      new ManagedRoutes(this, 'ManagedRoutes', { stack, site: deployed, name: names.createRoutes });
    this.api = api;
    this.table = table;
    this.topic = topic;
    this.#output('EventApiUrl', api.url, 'API_URL in report.conf of both routers');
    this.#output('AlarmTopicArn', topic.topicArn, 'Topic of all alarms: subscribe the operators on call');
    this.#output('SiteTableName', table.tableName, 'Lease, journal and history');
  }

  /**
   * Lease, journal and history. Kept when the stack goes: the history is the record of what was done. A first deployment that fails has
   * none, and leaves nothing.
   */
  #table(): TableV2 {
    return new TableV2(this, 'Memory', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expires',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  #routeSwap(
    names: ReturnType<typeof namesOf>,
    {
      site,
      deployed,
      createdIds,
    }: { readonly site: ManagedSite; readonly deployed: ManagedSite; readonly createdIds: string | undefined },
    reservedConcurrency: number,
    table: TableV2,
  ): SiteFunction {
    const fn = new SiteFunction(this, 'RouteSwap', {
      folder: 'route-swap',
      name: names.routeSwap,
      site,
      environment: routeSwapEnvironment({ table: table.tableName, document: names.probeDocument }, createdIds),
      timeout: routeSwapTimeout(site),
      ...(reservedConcurrency > 0 && { reservedConcurrency }),
      retryAttempts: 2,
    });
    allowRouteSwap(fn, Stack.of(this), { site: deployed, table, document: names.probeDocument });
    return fn;
  }

  #healthProbe(
    names: ReturnType<typeof namesOf>,
    { site, createdIds }: { readonly site: ManagedSite; readonly createdIds: string | undefined },
    table: TableV2,
    routeSwap: SiteFunction,
  ): SiteFunction {
    probeDocument(this, names.probeDocument);
    const fn = new SiteFunction(this, 'HealthProbe', {
      folder: 'health-probe',
      name: names.healthProbe,
      site,
      environment: healthProbeEnvironment(
        {
          table: table.tableName,
          document: names.probeDocument,
          routeSwap: routeSwap.function.functionName,
          configPush: names.configPush,
        },
        createdIds,
      ),
      timeout: Duration.millis(ROUND_WITHIN_MS),
      retryAttempts: 0,
    });
    allowHealthProbe(fn, Stack.of(this), {
      site,
      table,
      document: names.probeDocument,
      routeSwap,
      configPush: names.configPush,
    });
    return fn;
  }

  #output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}

/**
 * The longest time of a swap, and the time that EC2's throttle adds for many routes. Routers wait up to the API's 30 s; after
 * that the function continues, and their next retry finds the routes moved.
 */
function routeSwapTimeout(site: ManagedSite): Duration {
  return Duration.millis(
    Math.min(BAD_DAY_MS + Math.ceil(leastDurationMs(site.routes.length) / 1000) * 1000, LONGEST_FUNCTION_MS),
  );
}

/**
 * Two observations in which EC2 answers only in the last try (`aws/longer-last-try.ts`), and the calls between them; less than the
 * 30 s that the API waits.
 */
const BAD_DAY_MS = 25_000;
const LONGEST_FUNCTION_MS = 900_000;
