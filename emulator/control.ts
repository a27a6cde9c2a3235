import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Emulator } from './emulator.ts';
import { faultSchema } from './faults.ts';
import { readBody } from './http.ts';
import type { LatencyRule } from './latency.ts';
import { AwsError } from './service.ts';
import { AGENT_STATES } from './ssm/agents.ts';
import { UNDELIVERED } from './ssm/command.ts';

/** Acts of `POST /_emulator/instances/{id}/{act}`. */
const INSTANCE_ACTS = [
  'start',
  'stop',
  'terminate',
  'reboot',
  'hang',
  'impair',
  'impairVolumes',
  'interrupt',
  'recommendRebalance',
  'recover',
] as const;

/** What the interface takes, as `METHOD path`: in `GET /_emulator`, and in the answer to anything else. */
const ACTIONS = [
  'GET /_emulator',
  'GET /_emulator/happenings?since=',
  'GET|POST|DELETE /_emulator/faults',
  'GET|PUT /_emulator/latency [{"service":"ec2","operation":"Describe*","ms":90,"sigma":0.6}]',
  'POST /_emulator/functions/{name}/end-idle-environments',
  'POST /_emulator/schedules/tick',
  'POST /_emulator/subscriptions/{address}/confirm',
  `POST /_emulator/instances/{id}/{${INSTANCE_ACTS.join('|')}}`,
  'POST /_emulator/instances/{id}/events {"code":"instance-retirement","notBefore":"2026-12-01T03:00:00Z"}',
  `POST /_emulator/agents/{id}/{${[...AGENT_STATES, ...UNDELIVERED].join('|')}}`,
] as const;

const scheduledEventSchema = z.strictObject({
  /** Default: one for each instance and code. The same id again changes the event. */
  id: z.string().optional(),
  code: z.enum(['instance-reboot', 'system-reboot', 'system-maintenance', 'instance-retirement', 'instance-stop']),
  description: z.string().default('The instance is running on degraded hardware'),
  /** ms since the epoch, or as ISO 8601 writes it in UTC. */
  notBefore: z.union(
    [z.number(), z.iso.datetime().transform((text) => Date.parse(text))],
    'when, as "2026-12-01T03:00:00Z" or in ms since the epoch',
  ),
});

/** `instance-event-` and 17 hexadecimal digits, as AWS has it. */
function eventId(instance: string, code: string): string {
  return `instance-event-${createHash('sha256').update(`${instance} ${code}`).digest('hex').slice(0, 17)}`;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The emulator's own HTTP interface, under `/_emulator`, without signatures: it listens on 127.0.0.1 only.
 * Requests that a web page could send are refused: it would let any page in a browser of this machine act.
 */
export function createControl(
  emulator: Emulator,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', emulator.endpoint);
    const answer =
      request.headers.origin === undefined
        ? await route(emulator, request, url).catch(mistake)
        : { status: 403, body: { message: 'Not for web pages.' } };
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  };
}

async function route(emulator: Emulator, request: IncomingMessage, url: URL): Promise<Answer> {
  const [, , topic = '', id = '', act = ''] = url.pathname.split('/').map(decodeURIComponent);
  switch (`${request.method} ${topic}`) {
    case 'GET ':
      return { status: 200, body: summary(emulator) };
    case 'GET happenings': {
      const since = Number(url.searchParams.get('since') ?? 0);
      return { status: 200, body: { next: emulator.happenings.length, happenings: emulator.happenings.slice(since) } };
    }
    case 'GET faults':
      return { status: 200, body: emulator.faults.list() };
    case 'POST faults':
      return { status: 201, body: { id: emulator.faults.add(faultSchema.parse(await json(request))) } };
    case 'DELETE faults':
      if (id === '') emulator.faults.clear();
      else if (!emulator.faults.remove(id)) return { status: 404, body: { message: `There is no fault ${id}.` } };
      return { status: 200, body: emulator.faults.list() };
    case 'GET latency':
      return { status: 200, body: emulator.latency.rules };
    case 'PUT latency':
      emulator.latency.use((await json(request)) as LatencyRule[]);
      return { status: 200, body: emulator.latency.rules };
    case 'POST functions':
      if (act !== 'end-idle-environments') return notThere(request, url);
      await emulator.endIdleEnvironments(id);
      return { status: 200, body: { function: id } };
    case 'POST schedules':
      await emulator.tickSchedules(url.searchParams.get('region') ?? undefined);
      return { status: 200, body: {} };
    case 'POST subscriptions':
      emulator.confirmSubscriptions(id);
      return { status: 200, body: emulator.subscriptions };
    case 'POST instances':
      if (act === 'events') {
        const asked = scheduledEventSchema.parse(await json(request));
        const event = { ...asked, id: asked.id ?? eventId(id, asked.code) };
        emulator.ec2.lifecycle.schedule(emulator.regionOf(id), id, event);
        return { status: 201, body: { instance: id, event } };
      }
      return actOn(emulator, id, z.enum(INSTANCE_ACTS).parse(act));
    case 'POST agents': {
      const state = z.enum([...AGENT_STATES, ...UNDELIVERED]).parse(act);
      const { agents } = emulator.ssm;
      const failure = UNDELIVERED.find((each) => each === state);
      agents.fail(emulator.regionOf(id), id, failure);
      if (failure === undefined) agents.set(emulator.regionOf(id), id, z.enum(AGENT_STATES).parse(state));
      return { status: 200, body: { instance: id, agent: state } };
    }
    default:
      return notThere(request, url);
  }
}

function notThere({ method }: IncomingMessage, { pathname }: URL): Answer {
  return { status: 404, body: { message: `${method} ${pathname}: ${ACTIONS.join(', ')} are there.` } };
}

function actOn(emulator: Emulator, id: string, act: (typeof INSTANCE_ACTS)[number]): Answer {
  const region = emulator.regionOf(id);
  const { lifecycle, guests } = emulator.ec2;
  if (act === 'start' && guests.find(region, id)?.state === 'stopping') {
    return {
      status: 409,
      body: { message: `${id} is stopping: start it when it has stopped, some 20 s after the stop.` },
    };
  }
  lifecycle[act](region, id);
  return { status: 200, body: { instance: id, region, state: guests.find(region, id)?.state } };
}

function summary(emulator: Emulator): Record<string, unknown> {
  return {
    endpoint: emulator.endpoint,
    actions: ACTIONS,
    accountId: emulator.accountId,
    services: emulator.services,
    httpApis: emulator.httpApis,
    functions: emulator.functions,
    metadata: emulator.metadataUrls,
    alarms: emulator.alarms,
    subscriptions: emulator.subscriptions,
    stacks: Object.fromEntries(emulator.stacks.map((name) => [name, emulator.stackOutputs(name)])),
    happenings: emulator.happenings.length,
  };
}

async function json(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request, 1024 * 1024)).toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SyntaxError(text === '' ? 'A JSON body is needed, and there is none.' : 'The body is not JSON.');
  }
}

function mistake(error: unknown): Answer {
  if (error instanceof z.ZodError) return { status: 400, body: { message: z.prettifyError(error) } };
  if (error instanceof AwsError) return { status: error.status, body: { message: `${error.code}: ${error.message}` } };
  if (error instanceof Error) return { status: 400, body: { message: error.message } };
  return { status: 500, body: { message: String(error) } };
}
