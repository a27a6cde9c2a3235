import { ALARMS, type AlarmName } from '#contracts/alarms.ts';
import type { DetailType, EventDetail } from '#contracts/events.ts';
import type { Health } from '#failover/stored-state.ts';
import { asEmail, subjectOf } from '#functions/notify/email.ts';
import { readIncoming } from '#functions/notify/incoming.ts';
import { EMPTY_MEMORY, type Memory } from '#functions/notify/memory.ts';
import type { Message, NotifiedSite } from '#functions/notify/message.ts';
import { react } from '#functions/notify/react.ts';
import { NOW } from '../failover/situation.ts';

export const TOKYO: NotifiedSite = {
  topology: 'tokyo-virginia',
  name: 'tokyo',
  region: 'ap-northeast-1',
  routers: ['tokyo-1', 'tokyo-2'],
};

export const MINUTE = 60_000;

type AlarmState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

/** The notifier of a site on a virtual clock, and the messages that it has sent. */
export class Notified {
  now = NOW;
  memory: Memory = EMPTY_MEMORY;
  readonly messages: Message[] = [];
  probe: { health: Health | undefined; lastRoundAt: number | undefined } = {
    health: undefined,
    lastRoundAt: undefined,
  };
  #ids = 0;

  get subjects(): readonly string[] {
    return this.messages.map((message) => subjectOf(message, TOKYO));
  }

  get texts(): readonly string[] {
    return this.messages.map((message) => asEmail(message, TOKYO).text);
  }

  /** An event as EventBridge delivers it. */
  deliver(event: unknown): readonly Message[] {
    const incoming = readIncoming(JSON.parse(JSON.stringify(event)));
    if (incoming === undefined) return [];
    const known = incoming.kind === 'tick' ? { ...incoming, probe: this.probe } : incoming;
    const { memory, messages } = react(this.memory, known, this.now, TOKYO);
    this.memory = memory;
    this.messages.push(...messages);
    return messages;
  }

  announce<Type extends DetailType>(
    type: Type,
    detail: EventDetail<Type> | Readonly<Record<string, unknown>>,
  ): readonly Message[] {
    return this.deliver(this.event('vyos-failover', type, detail));
  }

  alarm(name: AlarmName, value: AlarmState, router?: string): readonly Message[] {
    return this.deliver(this.alarmChange(name, value, router));
  }

  /** @param previous Default: of an end ALARM, otherwise OK */
  alarmChange(
    name: AlarmName,
    value: AlarmState,
    router?: string,
    previous: AlarmState = value === 'OK' ? 'ALARM' : 'OK',
  ): Record<string, unknown> {
    const alarmName = ['vyos-failover-tokyo-virginia', 'tokyo', name, router].filter(Boolean).join('--');
    const reason = `Threshold Crossed: 1 datapoint was ${ALARMS[name].says.length > 0 ? 'breaching' : ''}.`;
    return this.event('aws.cloudwatch', 'CloudWatch Alarm State Change', {
      alarmName,
      state: { value, reason },
      previousState: { value: previous },
    });
  }

  /** A minute has passed. */
  tick(): void {
    this.deliver(this.event('aws.events', 'Scheduled Event', {}));
  }

  /** Minutes pass, each with a tick. */
  wait(minutes: number): void {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.now += MINUTE;
      this.tick();
    }
  }

  event(source: string, type: string, detail: unknown): Record<string, unknown> {
    this.#ids += 1;
    const time = new Date(this.now).toISOString().replace(/\.\d+Z$/, 'Z');
    return {
      version: '0',
      id: `e-${this.#ids}`,
      'detail-type': type,
      source,
      account: '123456789012',
      time,
      region: 'ap-northeast-1',
      resources: [],
      detail,
    };
  }
}

const route = (table: string) => ({ table, destination: '10.2.0.0/20' });

/** The detail of an event about a swap. */
export function swap(change: Readonly<Record<string, unknown>> = {}) {
  return {
    outcome: 'swapped',
    reason: 'reported-by-survivor',
    says: 'tokyo-2 reports that tokyo-1 failed (bfd); tokyo-2 was fit and took the routes.',
    topology: 'tokyo-virginia',
    site: 'tokyo',
    owner: 'tokyo-2',
    epoch: 7,
    moved: [route('rtb-0a1b2c3d4e5f60021'), route('rtb-0a1b2c3d4e5f60022')],
    remaining: [],
    foreign: [],
    lockBypassed: false,
    tookMs: 840,
    counts: { moved: 2, remaining: 0, foreign: 0 },
    detector: 'bfd',
    id: 'report-4f7c2a9e',
    at: '2026-11-23T03:00:00.000Z',
    ...change,
  };
}

/** The detail of an event about the site's health. */
export function health(
  diagnosis: string,
  severity: 'down' | 'degraded' | undefined,
  change: Readonly<Record<string, unknown>> = {},
) {
  const problems = diagnosis === 'Healthy' ? [] : ['tokyo-1 could not take over: its instance is stopped'];
  return {
    topology: 'tokyo-virginia',
    site: 'tokyo',
    diagnosis,
    problems,
    ...(severity !== undefined && { severity }),
    owner: 'tokyo-2',
    says:
      diagnosis === 'Healthy'
        ? 'tokyo can fail over again.'
        : `tokyo could not fail over as it should: ${problems.join('; ')}.`,
    at: '2026-11-23T03:00:00.000Z',
    ...change,
  };
}
