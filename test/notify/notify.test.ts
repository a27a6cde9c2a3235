import { describe, expect, it } from 'vitest';
import { notifyStore } from '#aws/notify-store.ts';
import type { AlarmName } from '#contracts/alarms.ts';
import { EMPTY_MEMORY, type Memory } from '#functions/notify/memory.ts';
import type { Message } from '#functions/notify/message.ts';
import { notify } from '#functions/notify/notify.ts';
import type { NotifyPorts, NotifyStore, StoredMemory } from '#functions/notify/ports.ts';
import { nameOf } from '#simulator/command-name.ts';
import { type Command, clientOf, refusal } from '#simulator/dynamodb/direct.ts';
import { ConditionFailed, Table } from '#simulator/dynamodb/table.ts';
import { MINUTE, Notified, swap, TOKYO } from './notified.ts';

/** The notifier with the real store on a table in memory, and faults of what is around it. */
class Notifier {
  readonly published: Message[] = [];
  now = Date.UTC(2026, 10, 23, 3);
  storeDown = false;
  snsDown = false;
  /** Number of messages that the topic of the Slack channel has got; undefined: the site has no channel. */
  posts: number | undefined;
  chatDown = false;
  /** Runs between a read and the write that follows. */
  meanwhile: (() => Promise<unknown>) | undefined;
  environment: NotifyPorts['environment'] = newEnvironment();
  readonly #table = new Table(() => this.now, 100);
  readonly #events = new Notified();

  event(type: string, detail: unknown) {
    this.#events.now = this.now;
    return this.#events.event('vyos-failover', type, detail);
  }

  tick() {
    this.#events.now = this.now;
    return this.#events.event('aws.events', 'Scheduled Event', {});
  }

  alarm(name: AlarmName, value: 'ALARM' | 'OK') {
    this.#events.now = this.now;
    return this.#events.alarmChange(name, value, undefined, 'INSUFFICIENT_DATA');
  }

  run(event: unknown, environment = this.environment) {
    const log = () => {};
    return notify(event, {
      site: TOKYO,
      store: this.#store(),
      environment,
      channels: this.posts === undefined ? ['topic'] : ['topic', 'chat'],
      publish: async (message, channel) => {
        if (channel === 'chat') {
          if (this.chatDown) throw new Error('NotFound: Topic does not exist');
          this.posts = (this.posts ?? 0) + 1;
          return;
        }
        if (this.snsDown) throw new Error('connect ETIMEDOUT');
        this.published.push(message);
      },
      now: () => this.now,
      log: { info: log, warn: log, error: log },
    });
  }

  get stored(): Promise<StoredMemory> {
    return this.#store().read();
  }

  #store(): NotifyStore {
    const send = async (command: Command): Promise<unknown> => {
      if (this.storeDown) throw new Error('connect ETIMEDOUT');
      const { meanwhile } = this;
      if (nameOf(command) === 'PutItem' && meanwhile !== undefined) {
        this.meanwhile = undefined;
        await meanwhile();
      }
      try {
        return this.#table.perform(nameOf(command), command.input, 0).output;
      } catch (error) {
        throw error instanceof ConditionFailed ? refusal(command.input, error) : error;
      }
    };
    return notifyStore<Memory>(clientOf(send), 'site', EMPTY_MEMORY);
  }
}

function newEnvironment(): NotifyPorts['environment'] {
  return { stored: { memory: EMPTY_MEMORY, version: 0 }, isSaved: true };
}

describe('the notifier', () => {
  it('publishes once for an event that two environments handle at the same time', async () => {
    const notifier = new Notifier();
    const event = notifier.event('Failover Completed', swap());
    notifier.meanwhile = () => notifier.run(event, newEnvironment());
    await notifier.run(event);
    expect(notifier.published).toHaveLength(1);
    expect((await notifier.stored).memory.outbox).toEqual([]);
  });

  it('publishes every message of thirty events that thirty environments handle at the same time', async () => {
    const notifier = new Notifier();
    const swaps = Array.from({ length: 30 }, (_, epoch) => notifier.event('Failover Completed', swap({ epoch })));
    await Promise.all(swaps.map((event) => notifier.run(event, newEnvironment())));
    const { memory } = await notifier.stored;
    const held = Object.values(memory.held?.counts ?? {}).reduce((sum, count) => sum + count, 0);
    expect(notifier.published.length + held).toBe(30);
    expect(memory.outbox).toEqual([]);
  });

  it('tries a topic that stays broken ever more rarely, because each failure is a dead letter, and gives up after a day', async () => {
    const notifier = new Notifier();
    notifier.snsDown = true;
    const failures: number[] = [];
    const fail = (minute: number) => () => void failures.push(minute);
    await notifier.run(notifier.event('Failover Completed', swap())).catch(fail(0));
    for (let minute = 1; minute <= 25 * 60; minute += 1) {
      notifier.now += MINUTE;
      await notifier.run(notifier.tick()).catch(fail(minute));
    }
    expect(failures.slice(0, 8)).toEqual([0, 1, 2, 4, 8, 16, 31, 46]);
    expect(failures.length).toBeLessThan(105);
    expect((await notifier.stored).memory.outbox).toEqual([]);
    notifier.snsDown = false;
    notifier.now += MINUTE;
    await notifier.run(notifier.tick());
    expect(notifier.published).toEqual([]);
  });

  it('stores nothing when an alarm takes its first state after a deployment', async () => {
    const notifier = new Notifier();
    await notifier.run(notifier.alarm('foreign-routes', 'OK'));
    expect(await notifier.stored).toEqual({ memory: EMPTY_MEMORY, version: 0 });
  });

  it('fails if SNS does not answer, and the retry of Lambda publishes', async () => {
    const notifier = new Notifier();
    const event = notifier.event('Failover Completed', swap());
    notifier.snsDown = true;
    await expect(notifier.run(event)).rejects.toThrow('1 of 1 messages could not be published.');
    notifier.snsDown = false;
    notifier.now += MINUTE;
    await notifier.run(event);
    await notifier.run(event);
    expect(notifier.published.map(({ title }) => title)).toEqual(['tokyo-2 took over from tokyo-1']);
  });

  it('repeats no e-mail while the topic of the Slack channel does not exist', async () => {
    const notifier = new Notifier();
    notifier.posts = 0;
    notifier.chatDown = true;
    await expect(notifier.run(notifier.event('Failover Completed', swap()))).rejects.toThrow('1 of 2 messages');
    for (const minutes of [1, 1, 2, 4, 8]) {
      notifier.now += minutes * MINUTE;
      await expect(notifier.run(notifier.tick())).rejects.toThrow('1 of 1 messages could not be published.');
    }
    expect(notifier.published).toHaveLength(1);
    notifier.chatDown = false;
    notifier.now += 15 * MINUTE;
    await notifier.run(notifier.tick());
    expect([notifier.published.length, notifier.posts]).toEqual([1, 1]);
  });

  it('publishes without its store, with the same limits, and goes on with what it knows when the store answers', async () => {
    const notifier = new Notifier();
    notifier.storeDown = true;
    for (let epoch = 0; epoch < 50; epoch += 1) {
      const event = notifier.event('Failover Completed', swap({ epoch }));
      await notifier.run(event);
      await notifier.run(event);
    }
    expect(notifier.published).toHaveLength(6);
    notifier.storeDown = false;
    await notifier.run(notifier.event('Failover Completed', swap({ epoch: 49 })));
    expect(notifier.published).toHaveLength(6);
    expect((await notifier.stored).memory.held?.counts).toEqual({ 'DEGRADED tokyo-2 took over from tokyo-1': 44 });
  });

  it('takes the memory of another environment that has written meanwhile', async () => {
    const notifier = new Notifier();
    await notifier.run(notifier.event('Failover Completed', swap({ epoch: 1 })), newEnvironment());
    await notifier.run(notifier.event('Failover Completed', swap({ epoch: 1 })));
    expect(notifier.published).toHaveLength(1);
  });

  it('writes nothing in a minute in which nothing has happened', async () => {
    const notifier = new Notifier();
    await notifier.run({
      id: 't',
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-11-23T03:00:00Z',
      detail: {},
    });
    expect((await notifier.stored).version).toBe(0);
  });

  it('announces an event in a form that it does not know', async () => {
    const notifier = new Notifier();
    await notifier.run(notifier.event('Failover Completed', { says: 'Something happened.' }));
    expect(notifier.published).toMatchObject([
      { label: 'DEGRADED', title: 'Failover Completed', what: 'Something happened.' },
    ]);
  });

  it('refuses what no rule of its stack sends', async () => {
    await expect(new Notifier().run({ hello: 'world' })).rejects.toThrow('expected string');
  });
});
