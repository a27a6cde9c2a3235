import { type AlarmName, findAlarm } from '#contracts/alarms.ts';
import { type DetailType, EVENT_SOURCE, EVENTS, type EventDetail } from '#contracts/events.ts';
import * as z from '#contracts/validation.ts';
import type { Health } from '#failover/stored-state.ts';

/** What the notifier is invoked with. `at`: when it happened, ms since the epoch. */
export type Incoming = Announced | Unreadable | AlarmChange | Tick;

/** An event of the other functions. */
export type Announced = {
  readonly [Type in DetailType]: {
    readonly kind: 'event';
    readonly id: string;
    readonly at: number;
    readonly type: Type;
    readonly detail: EventDetail<Type>;
  };
}[DetailType];

/** An event of theirs in another form than this version knows. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly says: string;
}

export interface AlarmChange {
  readonly kind: 'alarm';
  readonly id: string;
  readonly at: number;
  readonly alarm: AlarmName;
  readonly router?: string;
  readonly state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';
  /** The state before. Undefined: CloudWatch does not state it. */
  readonly previous?: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA' | undefined;
  /** CloudWatch's sentence. */
  readonly reason: string;
}

/** A minute has passed. */
export interface Tick {
  readonly kind: 'tick';
  readonly id: string;
  readonly at: number;
  /** What the probe has stored; undefined: it was not read. */
  readonly probe?: { readonly health: Health | undefined; readonly lastRoundAt: number | undefined };
}

const envelope = z.object({
  id: z.string(),
  source: z.string(),
  'detail-type': z.string(),
  time: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

const alarmState = z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const alarmDetail = z.object({
  alarmName: z.string(),
  state: z.object({ value: alarmState, reason: z.optional(z.string()) }),
  previousState: z.optional(z.object({ value: alarmState })),
});

/**
 * @throws Error for what is no event of EventBridge
 * @returns undefined: an alarm that is not in the table of alarms
 */
export function readIncoming(event: unknown): Incoming | undefined {
  const { id, source, 'detail-type': type, time, detail } = envelope.parse(withPlainTexts(event));
  const at = Date.parse(time);
  if (source === EVENT_SOURCE) return announced({ id, at, type, detail });
  if (source === 'aws.cloudwatch') return alarmChange({ id, at, detail });
  if (source === 'aws.events') return { kind: 'tick', id, at };
  throw new Error(`The notifier does not know the event source ${source}: its rules and its code differ.`);
}

/** The longest text of an event that is of use. The memory, with 40 messages that wait for SNS, stays below DynamoDB's 400 KB. */
const TEXT_AT_MOST = 4_000;
const LINE_BREAKS = /\s*[\p{Cc}\u2028\u2029]+\s*/gu;

/** Every text on one line and of limited length: operators and routers supply some, which must not look like a part of the message. */
function withPlainTexts(event: unknown): unknown {
  const plain = (_: string, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(LINE_BREAKS, ' ').slice(0, TEXT_AT_MOST) : value;
  return JSON.parse(JSON.stringify(event), plain);
}

function announced({
  id,
  at,
  type,
  detail,
}: {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
}): Announced | Unreadable {
  const schema = Object.hasOwn(EVENTS, type) ? EVENTS[type as DetailType] : undefined;
  const known = schema && z.safeParse(schema, detail).data;
  if (known !== undefined) return { kind: 'event', id, at, type, detail: known } as Announced;
  const { says } = detail;
  return { kind: 'unreadable', id, at, type, says: typeof says === 'string' ? says : `An event "${type}" arrived.` };
}

function alarmChange({
  id,
  at,
  detail,
}: {
  readonly id: string;
  readonly at: number;
  readonly detail: unknown;
}): AlarmChange | undefined {
  const { alarmName, state, previousState } = alarmDetail.parse(detail);
  const alarm = findAlarm(alarmName);
  if (alarm === undefined) return undefined;
  const { name, router } = alarm;
  return {
    kind: 'alarm',
    id,
    at,
    alarm: name,
    ...(router !== undefined && { router }),
    state: state.value,
    previous: previousState?.value,
    reason: state.reason ?? '',
  };
}
