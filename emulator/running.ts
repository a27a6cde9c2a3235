import type { Stacks } from './cloudformation/stacks.ts';
import type { Alarms } from './cloudwatch/alarms.ts';
import type { Metrics } from './cloudwatch/metrics.ts';
import type { Credentials } from './credentials.ts';
import type { Ec2 } from './ec2/service.ts';
import type { Emulator } from './emulator.ts';
import type { Scheduler } from './events/scheduler.ts';
import type { Faults } from './faults.ts';
import type { Timeline } from './happenings.ts';
import type { HttpApis } from './http-api/http-apis.ts';
import type { Iam } from './iam.ts';
import type { LambdaFunction } from './lambda/function.ts';
import type { Functions } from './lambda/functions.ts';
import type { Latency } from './latency.ts';
import type { Metadata } from './metadata/service.ts';
import type { Service } from './service.ts';
import type { Topics } from './sns/topics.ts';
import type { Queues } from './sqs/queues.ts';
import type { Ssm } from './ssm/service.ts';

interface Parts {
  readonly endpoint: string;
  readonly accountId: string;
  readonly timeline: Timeline;
  readonly credentials: Credentials;
  readonly iam: Iam;
  readonly httpApis: HttpApis;
  readonly functions: Functions;
  readonly alarms: Alarms;
  readonly topics: Topics;
  readonly queues: Queues;
  readonly metrics: Metrics;
  readonly dashboards: Emulator['dashboards'];
  readonly scheduler: Scheduler;
  readonly stacks: Stacks;
  readonly deploy: Emulator['deploy'];
  readonly ec2: Ec2;
  readonly ssm: Ssm;
  readonly metadata: Metadata;
  readonly faults: Faults;
  readonly latency: Latency;
  readonly services: readonly Service[];
  readonly close: () => Promise<void>;
}

/** The handle of a started emulator. */
export function createEmulator(parts: Parts): Emulator {
  const { accountId, timeline, iam, httpApis, functions } = parts;
  const liveStacks = () => parts.stacks.all.filter(({ status }) => status !== 'DELETE_COMPLETE');
  const stackNamed = (name: string) => {
    const stack = liveStacks().find((each) => each.name === name);
    if (stack !== undefined) return stack;
    const names = liveStacks().map((each) => each.name);
    throw new Error(`There is no stack "${name}". There are: ${names.join(', ') || 'none'}.`);
  };
  const instances = () =>
    parts.ec2.regions.flatMap((region) => [...parts.ec2.state(region).instances.keys()].map((id) => ({ region, id })));
  const regionOf = (instance: string): string => {
    const found = instances().find(({ id }) => id === instance);
    if (found !== undefined) return found.region;
    const ids = instances().map(({ id }) => id);
    throw new Error(`There is no instance ${instance}. There are: ${ids.join(', ') || 'none'}.`);
  };
  const functionNamed = (name: string): LambdaFunction => {
    const found = functions.all.filter(({ settings }) => settings.name === name || settings.arn === name);
    const [fn] = found;
    if (fn !== undefined && found.length === 1) return fn;
    const arns = functions.all.map(({ settings }) => settings.arn);
    throw new Error(`${found.length} functions are called "${name}". There are: ${arns.join(', ') || 'none'}.`);
  };
  const metadataUrl = (instance: string): string => parts.metadata.url(regionOf(instance), instance) ?? '';
  return {
    endpoint: parts.endpoint,
    accountId,
    happenings: timeline.all,
    on: (listener) => timeline.on(listener),
    credentials: {
      forUser: (name) => parts.credentials.forUser(name),
      forRole(roleArn, sessionName) {
        if (!iam.hasRole(roleArn)) throw new Error(`There is no role ${roleArn}.`);
        return parts.credentials.forRole(roleArn, sessionName);
      },
    },
    httpApiUrl: (where) => httpApis.only(where).url,
    get httpApis() {
      return httpApis.all.map(({ id, name, region, stackName, url }) => ({ id, name, region, stack: stackName, url }));
    },
    deploy: parts.deploy,
    stackOutputs: (name) => stackNamed(name).outputs,
    get stacks() {
      return liveStacks().map(({ name }) => name);
    },
    stack: stackNamed,
    ec2: parts.ec2,
    ssm: parts.ssm,
    metadataUrl,
    get metadataUrls() {
      return Object.fromEntries(instances().map(({ id }) => [id, metadataUrl(id)]));
    },
    regionOf,
    services: parts.services.map(({ signingName }) => signingName),
    get functions() {
      return functions.all.map(({ settings }) => settings.arn);
    },
    faults: parts.faults,
    latency: parts.latency,
    tickSchedules: (region) => parts.scheduler.tick(region),
    startSchedules: () => parts.scheduler.start(),
    async invoke(name, payload = {}) {
      const outcome = await functions.invoke(functionNamed(name), JSON.stringify(payload));
      return { outcome: outcome.kind, payload: JSON.parse(outcome.payload) as unknown };
    },
    endIdleEnvironments: (name) => functionNamed(name).endIdle(),
    get notifications() {
      return timeline.all.filter((happening) => happening.kind === 'notification');
    },
    get subscriptions() {
      return parts.topics.subscriptions;
    },
    confirmSubscriptions: (endpoint) => parts.topics.confirm(endpoint),
    endSubscriptions: (endpoint) => parts.topics.end(endpoint),
    queues: parts.queues,
    metrics: parts.metrics,
    dashboards: parts.dashboards,
    get alarms() {
      return parts.alarms.list().map(({ name, region, state, reason }) => ({ name, region, state, reason }));
    },
    close: parts.close,
  };
}
