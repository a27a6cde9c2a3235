import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestSigner } from '#aws/signed-request.ts';
import type { Cloud, GivenEnvironment } from './environment.ts';

/** Long enough for a distant Region over a slow connection. */
const CONNECT_WITHIN_MS = 5_000;

/** The environment of a real process: AWS as configured by its variables (AWS_PROFILE, AWS_ENDPOINT_URL, …), and this machine. */
export function processEnvironment(env: Readonly<Record<string, string | undefined>>): GivenEnvironment {
  /** By parameter: the same for all requests of a command. */
  const urls = new Map<string, string>();
  let signer: RequestSigner | undefined;
  return {
    // Loaded on first use, because most commands need no SDK.
    invoke: async ({ functionName, region, payload, timeoutMs, signal }) => {
      const { invokeFunction } = await import('#aws/invoke.ts');
      return invokeFunction(functionName, payload, timeoutMs, { region, signal, connectWithinMs: CONNECT_WITHIN_MS });
    },
    apiUrl: async (region, parameter, signal) => {
      const url =
        urls.get(parameter) ?? (await (await import('#aws/parameter.ts')).readParameter(region, parameter, signal));
      if (url !== undefined) urls.set(parameter, url);
      return url;
    },
    callApi: async (request) => {
      const { RequestSigner } = await import('#aws/signed-request.ts');
      signer ??= new RequestSigner();
      return signer.send(request);
    },
    readSecrets: async (...call) => (await import('#aws/parameters.ts')).readSecrets(...call),
    readHistory: async (...call) => (await import('#aws/read-history.ts')).readHistory(...call),
    callerAccount: async (...call) => (await import('#aws/caller-account.ts')).callerAccount(...call),
    createSecret: async (...call) => (await import('#aws/parameters.ts')).createSecret(...call),
    cloud,
    deployStacks: async (deployment) => (await import('./deploy-stacks.ts')).deployStacks(deployment, env),
    synthesizeStacks: async (topology) => (await import('./cost/synthesize-stacks.ts')).synthesizeStacks(topology),
    newId: randomUUID,
    now: Date.now,
    sleep: async (ms, signal) => {
      try {
        await sleep(ms, undefined, { ...(signal !== undefined && { signal }) });
      } catch (error) {
        if (signal?.aborted !== true) throw error;
      }
    },
    backoffMs: async (...call) => (await import('#aws/backoff.ts')).backoffMs(...call),
    user: `${userName(env)}@${hostname()}`,
  };
}

const stacks = () => import('#aws/stacks.ts');
const instances = () => import('#aws/instances.ts');
const power = () => import('#aws/instance-power.ts');

const cloud: Cloud = {
  describeStack: async (...call) => (await stacks()).describeStack(...call),
  listStacks: async (...call) => (await stacks()).listStacks(...call),
  updateStack: async (...call) => (await stacks()).updateStack(...call),
  createStack: async (...call) => (await stacks()).createStack(...call),
  allowDeletion: async (...call) => (await stacks()).allowDeletion(...call),
  deleteStack: async (...call) => (await stacks()).deleteStack(...call),
  parameterDefaults: async (...call) => (await stacks()).parameterDefaults(...call),
  templateMetadata: async (...call) => (await stacks()).templateMetadata(...call),
  templateOf: async (...call) => (await stacks()).templateOf(...call),
  lastOperation: async (...call) => (await stacks()).lastOperation(...call),
  describeRoutes: async (region, routes) => {
    const [{ deskEc2Client }, { describeRoutes }] = await Promise.all([
      import('#aws/clients.ts'),
      import('#aws/route-tables.ts'),
    ]);
    return describeRoutes(deskEc2Client(region), routes);
  },
  inboundRules: async (...call) => (await import('#aws/security-groups.ts')).inboundRules(...call),
  networkAcls: async (...call) => (await import('#aws/network-acls.ts')).networkAcls(...call),
  alarmStates: async (...call) => (await import('#aws/alarm-states.ts')).alarmStates(...call),
  subscriptionsOf: async (...call) => (await import('#aws/subscriptions.ts')).subscriptionsOf(...call),
  concurrencyOf: async (...call) => (await import('#aws/concurrency.ts')).concurrencyOf(...call),
  quotasOf: async (...call) => (await import('#aws/quotas.ts')).quotasOf(...call),
  controlledTables: async (...call) => (await import('#aws/controlled-tables.ts')).controlledTables(...call),
  listMetrics: async (...call) => (await import('#aws/metric-sums.ts')).listMetrics(...call),
  metricSums: async (...call) => (await import('#aws/metric-sums.ts')).metricSums(...call),
  describeVpc: async (...call) => (await import('#aws/vpc-description.ts')).describeVpc(...call),
  attachmentOf: async (...call) => (await instances()).attachmentOf(...call),
  protectFromTermination: async (...call) => (await instances()).protectFromTermination(...call),
  existingParameters: async (...call) => (await import('#aws/parameters.ts')).existingParameters(...call),
  imageExists: async (...call) => (await instances()).imageExists(...call),
  typeIsOffered: async (...call) => (await instances()).typeIsOffered(...call),
  listTables: async (...call) => (await import('#aws/list-tables.ts')).listTables(...call),
  runDocument: async (...call) => (await import('#aws/run-document.ts')).runDocument(...call),
  stopInstance: async (...call) => (await power()).stopInstance(...call),
  startInstance: async (...call) => (await power()).startInstance(...call),
  rehearseStart: async (...call) => (await power()).rehearseStart(...call),
  instanceState: async (...call) => (await power()).instanceState(...call),
  consoleOutput: async (...call) => (await power()).consoleOutput(...call),
};

/** A container may run as a user id without a name. */
function userName(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] || 'unknown';
  }
}
