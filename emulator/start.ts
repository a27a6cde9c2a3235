import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { createChatConfigurations } from './chatbot/configurations.ts';
import { systemClock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { createCustomRequests } from './cloudformation/custom-requests.ts';
import { createCloudFormationService } from './cloudformation/service.ts';
import { Stacks } from './cloudformation/stacks.ts';
import { createAlarms } from './cloudwatch/alarms.ts';
import { metricsOf } from './cloudwatch/emf.ts';
import { createMetrics } from './cloudwatch/metrics.ts';
import { createCloudWatchService } from './cloudwatch/service.ts';
import { createControl } from './control.ts';
import { createCredentials } from './credentials.ts';
import { deploy, loadStacks } from './deploy.ts';
import { createDynamoDb } from './dynamodb/service.ts';
import { defaultAccountId } from './ec2/fixture.ts';
import { createEc2, type Ec2Options } from './ec2/service.ts';
import type { Emulator } from './emulator.ts';
import { createEventBuses, type EventBuses } from './events/buses.ts';
import { createScheduler } from './events/scheduler.ts';
import { createEventsService } from './events/service.ts';
import { createFaults } from './faults.ts';
import { createFrontDoor } from './front-door.ts';
import type { GuestHost } from './guests/guest-host.ts';
import { runLaunchedGuests } from './guests/launched-guests.ts';
import { createTimeline } from './happenings.ts';
import { type LocalServer, serveLocally } from './http.ts';
import { createHttpApis } from './http-api/http-apis.ts';
import { createIam } from './iam.ts';
import { addInstanceRoles, createInstanceKeys } from './instance-roles.ts';
import type { FunctionProcess } from './lambda/function.ts';
import { createFunctions } from './lambda/functions.ts';
import type { KeptEnvironments } from './lambda/kept-environments.ts';
import { createLambdaService } from './lambda/service.ts';
import { writeBootstrap } from './lambda/write-bootstrap.ts';
import { createLatency } from './latency.ts';
import { startMetadata } from './metadata/service.ts';
import { partitionOfAll } from './partition.ts';
import { createIds, createRandom } from './random.ts';
import { createEmulator } from './running.ts';
import { Buckets } from './s3/buckets.ts';
import { createS3Service } from './s3/service.ts';
import type { Clock, Happening } from './service.ts';
import { createServiceQuotasService } from './service-quotas/service.ts';
import { createSnsService } from './sns/service.ts';
import { createTopics } from './sns/topics.ts';
import { createQueues } from './sqs/queues.ts';
import { createSqsService } from './sqs/service.ts';
import { createSsm, type SsmOptions } from './ssm/service.ts';
import { createStsService } from './sts/service.ts';

export interface StartOptions {
  /** Output directory of `cdk synth`. Omitted: the account alone, with no stack in it. */
  readonly assembly?: string;
  /** What is in the account before. */
  readonly account: Account;
  /** Default: any free port. */
  readonly port?: number;
  /** Lets functions continue in what former emulators of this process left. Default: each begins cold. */
  readonly kept?: KeptEnvironments;
  /**
   * Moves schedules, alarms, retries, instances and commands. Signatures and Lambda deadlines are in real time: the
   * processes on the other side have clocks of their own. Default: real time.
   */
  readonly clock?: Clock;
  /** Ids, keys and the luck of faults come out of it. Default `emulator`. */
  readonly seed?: string;
  /** Gets each process of a function before the function's code runs, for example to limit it to the share of a CPU that Lambda gives. */
  readonly onFunctionProcess?: (process: FunctionProcess) => void;
  /** Sees every happening from the first on. */
  readonly onHappening?: (happening: Happening) => void;
  readonly ec2?: Pick<Ec2Options, 'throttle' | 'consistencyMs' | 'times'>;
  /** Runs the operating systems of launched instances. Default: they are empty machines. */
  readonly guests?: GuestHost;
  /** `resourceMs`: how long CloudFormation takes for a resource, after the start. Default 0. */
  readonly cloudFormation?: { readonly resourceMs?: number };
  readonly ssm?: Pick<SsmOptions, 'deliveryMs' | 'invisibleMs'>;
}

/**
 * Runs an account, and the stacks of a cloud assembly in it, on 127.0.0.1. Throws, with nothing left running, when the
 * assembly cannot be read, has a resource that the emulator does not know, or cannot be deployed.
 */
export async function startEmulator(options: StartOptions): Promise<Emulator> {
  const undo: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await start(options, (step) => void undo.push(step), close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: StartOptions,
  onClose: (step: () => unknown) => void,
  close: () => Promise<void>,
): Promise<Emulator> {
  const { clock = systemClock, seed = 'emulator' } = options;
  const accountId = options.account.id ?? defaultAccountId;
  const defaultRegion = Object.keys(options.account.regions)[0] ?? 'us-east-1';
  const stacks = await loadStacks(options.assembly, defaultRegion);
  const account = withRegions(
    { ...options.account, id: accountId },
    stacks.map(({ region }) => region),
  );

  const timeline = createTimeline();
  if (options.onHappening !== undefined) timeline.on(options.onHappening);
  const { record } = timeline;
  const ids = createIds(`${seed} ${accountId}`);
  const partition = partitionOfAll(Object.keys(account.regions)).name;
  const credentials = createCredentials(accountId, ids, partition);
  const iam = createIam(accountId, partition, account.managedPoliciesPerRole);
  const faults = createFaults(createRandom(seed));
  const latency = createLatency({ random: createRandom(`${seed} latency`), clock, record });

  const scratch = await mkdtemp(join(tmpdir(), 'aws-emulator-'));
  onClose(() => rm(scratch, { recursive: true, force: true }));
  // The endpoint must be known before the services behind it are there.
  let handle = notReady;
  const server = await listen((request, response) => handle(request, response), {
    port: options.port,
    kept: options.kept,
    opened: (socket) => latency.opened(socket),
  });
  onClose(() => server.close());

  const metrics = createMetrics({ clock, record });
  const topics = createTopics({ accountId, iam, clock, record });
  const queues = createQueues({ accountId, iam, clock });
  const functions = createFunctions({
    queues,
    bootstrap: await writeBootstrap(scratch),
    endpoint: server.url,
    kept: options.kept?.port === server.port ? options.kept : undefined,
    leavesMemories: (name) => timeline.all.some((happening) => isRememberedBy(name, happening)),
    onProcess: options.onFunctionProcess,
    credentials: (roleArn, sessionName) => credentials.forRole(roleArn, sessionName),
    accountId,
    iam,
    latency,
    clock,
    record,
    putMetric: metrics.put,
    onLine(region, line) {
      for (const { values, ...metric } of metricsOf(line))
        for (const value of values) metrics.put({ region, value, ...metric });
    },
  });
  onClose(() => functions.close());
  const buses: EventBuses = createEventBuses({
    accountId,
    functions,
    topics,
    queues,
    latency,
    clock,
    record,
    putMetric: metrics.put,
  });
  const alarms = createAlarms({ accountId, metrics, topics, functions, publish: buses.publish, clock, record });
  const chat = createChatConfigurations({ workspaces: account.slack ?? {}, accountId, topics, clock, record });
  const httpApis = createHttpApis({
    accountId,
    credentials,
    iam,
    functions,
    latency,
    record,
    putMetric: metrics.put,
    now: () => clock.now(),
  });
  onClose(() => httpApis.close());

  const ec2 = createEc2({
    account,
    clock,
    publish: buses.publish,
    roleOfProfile: (name) => iam.roleOfProfile(name),
    parameter: (region, name) => ssm.parameters(region).find(name)?.value,
    ...options.ec2,
  });
  const ssm = createSsm({ account, clock, guests: ec2.guests, record, ...options.ssm });
  onClose(() => ssm.close());
  const dynamoDb = createDynamoDb({ account });
  const buckets = new Buckets();
  // What `cdk bootstrap` makes, as far as deployments need it.
  for (const region of Object.keys(account.regions)) {
    buckets.create(`cdk-hnb659fds-assets-${accountId}-${region}`, region);
    const parameters = ssm.parameters(region);
    if (parameters.find(BOOTSTRAP.name) === undefined)
      parameters.put(BOOTSTRAP.name, BOOTSTRAP.version, {
        type: 'String',
        overwrite: false,
        advanced: false,
        now: clock.now(),
      });
  }
  const customRequests = createCustomRequests(server.url);
  const cloud: Cloud = {
    accountId,
    raisedQuotas: account.raisedQuotas ?? {},
    ids,
    clock,
    ec2,
    iam,
    functions,
    buses,
    topics,
    queues,
    alarms,
    dashboards: new Map(),
    chat,
    scratch,
    integrations: new Map(),
    startHttpApi: (api) => httpApis.start(api),
    stopHttpApi: (id) => httpApis.stop(id),
    httpApi: (id) => httpApis.get(id),
    localize: (text) => httpApis.localize(text),
    registerDocument: (region, name, content) => void ssm.registerDocument(region, name, content),
    documents: (region) => ssm.documents(region),
    parameters: (region) => ssm.parameters(region),
    tables: (region) => dynamoDb.tables(region),
    buckets,
    customRequests,
    logGroups: new Set(),
  };
  // A clock that a caller moves stands still while the emulator starts.
  let resourceMs = 0;
  const cloudFormation = new Stacks({
    cloud,
    pace: async () => {
      if (resourceMs > 0) await clock.sleep(resourceMs);
    },
    ssmParameter: (region, name) => ssm.parameters(region).find(name)?.value,
  });
  const services = [
    ec2.service,
    ssm.service,
    dynamoDb.service,
    createLambdaService(functions),
    createEventsService(buses, accountId),
    createSnsService(topics),
    createSqsService(queues),
    createCloudWatchService(alarms, metrics),
    createServiceQuotasService(account.raisedQuotas ?? {}, accountId),
    createS3Service(buckets, { accountId, iam, now: () => clock.now() }),
    createCloudFormationService({ stacks: cloudFormation, buckets, now: () => clock.now() }, accountId),
    createStsService(credentials, iam, () => clock.now()),
  ];

  const metadata = await startMetadata({
    account,
    clock,
    guests: ec2.guests,
    credentialsFor: createInstanceKeys(ec2.guests, credentials, clock),
  });
  onClose(() => metadata.close());
  const endGuests = runLaunchedGuests({
    ec2,
    agents: ssm.agents,
    metadata,
    endpoint: server.url,
    now: () => clock.now(),
    record,
    host: options.guests,
  });
  onClose(endGuests);

  // Functions behind custom resources call AWS while the stacks are deployed.
  const frontDoor = createFrontDoor({ services, credentials, iam, faults, latency, clock, record });
  let control = notReady;
  handle = (request, response) => {
    const { url = '' } = request;
    if (/^\/_emulator(\/|\?|$)/.test(url)) return control(request, response);
    return (customRequests.isAnswer(url) ? customRequests.handle : frontDoor)(request, response);
  };

  // They are there before the stacks, which attach policies to them.
  addInstanceRoles(account, iam);
  await deploy(stacks, cloudFormation, cloud);
  resourceMs = options.cloudFormation?.resourceMs ?? 0;
  iam.checkAttachments();
  await iam.warmUp();
  const scheduler = createScheduler({
    buses,
    clock,
    onMinute() {
      ec2.putStatusChecks(metrics.put);
      queues.measure(metrics.put);
      alarms.tick();
    },
  });
  onClose(() => scheduler.stop());

  const emulator = createEmulator({
    endpoint: server.url,
    accountId,
    timeline,
    credentials,
    iam,
    httpApis,
    functions,
    alarms,
    topics,
    queues,
    metrics,
    dashboards: cloud.dashboards,
    scheduler,
    stacks: cloudFormation,
    deploy: async (assembly) => deploy(await loadStacks(assembly, defaultRegion), cloudFormation, cloud),
    ec2,
    ssm,
    metadata,
    faults,
    latency,
    services,
    close,
  });
  control = createControl(emulator);
  return emulator;
}

/** Of the template that `cdk bootstrap` deploys, with CDK's default qualifier. */
const BOOTSTRAP = { name: '/cdk-bootstrap/hnb659fds/version', version: '30' };

/** What a function may remember: a write of its own that failed, or the pace after its own calls were refused. */
function isRememberedBy(name: string, happening: Happening): boolean {
  if (happening.kind !== 'fault' && happening.kind !== 'call') return false;
  // A function's session is called like the function.
  if (!happening.caller.endsWith(`/${name}`)) return false;
  return (
    happening.kind === 'fault' ||
    /^(RequestLimitExceeded|Throttl|AccessDenied|Unauthorized)/.test(happening.error ?? '')
  );
}

const notReady: Parameters<typeof serveLocally>[0] = async (_request, response) => void response.writeHead(503).end();

/** At the port of the kept environments, unless another emulator is still there. */
async function listen(
  handle: Parameters<typeof serveLocally>[0],
  {
    kept,
    ...options
  }: NonNullable<Parameters<typeof serveLocally>[1]> & { readonly kept: KeptEnvironments | undefined },
): Promise<LocalServer> {
  if (kept === undefined || options.port !== undefined) return serveLocally(handle, options);
  const server = await serveLocally(handle, { ...options, port: kept.port }).catch(() => serveLocally(handle, options));
  if (kept.port === 0) kept.port = server.port;
  return server;
}

/** Stacks may be in regions where the account has nothing yet. */
function withRegions(account: Account, regions: readonly string[]): Account {
  const empty = { vpcs: [], subnets: [], interfaces: [], instances: [], routeTables: [] };
  return {
    ...account,
    regions: { ...Object.fromEntries(regions.map((region) => [region, empty])), ...account.regions },
  };
}
