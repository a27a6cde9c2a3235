import { type Incoming, readIncoming } from './incoming.ts';
import type { Delivery, Memory } from './memory.ts';
import { isToBeCompared } from './news/health-news.ts';
import { OUTBOX_AT_MOST, outboxAt, tried } from './outbox.ts';
import type { NotifyPorts, StoredMemory } from './ports.ts';
import { react } from './react.ts';

/**
 * Runs at the same time write one after the other: of each round of tries one succeeds. A failure of a site raises a dozen alarms within
 * seconds, and each alarm is a run of its own.
 */
const WRITE_TRIES = 50;

/**
 * Sends what an event is worth. The decision is stored before it is published, so that an event that is delivered twice is one message;
 * what was decided and not published is published by the next run. If the store does not answer, the memory of this environment decides,
 * with the same limits.
 *
 * @throws Error if a message could not be published; Lambda then invokes again with the same event
 */
export async function notify(event: unknown, ports: NotifyPorts): Promise<{ readonly published: number }> {
  const incoming = readIncoming(event);
  if (incoming === undefined) return { published: 0 };
  const due = await decide(incoming, ports);
  const failures = await publishAll(due, ports);
  if (due.length > failures.length) await settle(due, failures, ports);
  if (failures.length > 0) throw new Error(`${failures.length} of ${due.length} messages could not be published.`);
  return { published: due.length };
}

/** Stores the decision, and returns what this run must publish. */
async function decide(incoming: Incoming, ports: NotifyPorts): Promise<readonly Delivery[]> {
  for (let tries = 0; tries < WRITE_TRIES; tries += 1) {
    const stored = await read(ports);
    const now = ports.now();
    const reaction = react(stored.memory, await withProbe(incoming, stored.memory, ports), now, ports.site);
    const { abandoned, expired, waiting } = outboxAt(now, stored.memory.outbox);
    if (reaction.memory === stored.memory && abandoned.length === 0 && expired.length === 0) return [];
    const decided = reaction.messages.flatMap((message) =>
      ports.channels.map((channel) => ({ message, channel, decidedAt: now, firstAt: now, tries: 1 })),
    );
    const due = [...abandoned.map((delivery) => tried(delivery, now)), ...decided];
    const outbox = [...waiting, ...due].slice(-OUTBOX_AT_MOST);
    if (await write({ ...reaction.memory, outbox }, stored, ports)) {
      for (const { message, channel } of expired) ports.log.error(EXPIRED, { channel, notification: message });
      return due;
    }
  }
  throw new Error(`Other runs have written the memory ${WRITE_TRIES} times meanwhile.`);
}

const EXPIRED = 'A message could not be published within 24 hours, and is dropped.';

async function withProbe(incoming: Incoming, memory: Memory, { store, now, log }: NotifyPorts): Promise<Incoming> {
  if (incoming.kind !== 'tick' || !isToBeCompared(memory, now())) return incoming;
  try {
    return { ...incoming, probe: await store.readProbe() };
  } catch (error) {
    log.error('Could not read what the probe has stored', { error });
    return incoming;
  }
}

/** Every delivery is tried, whatever happens to the others. @returns those that failed */
async function publishAll(due: readonly Delivery[], { publish, log }: NotifyPorts): Promise<readonly Delivery[]> {
  const failed: Delivery[] = [];
  const publishOne = async (delivery: Delivery): Promise<void> => {
    const { message, channel } = delivery;
    const title = `${message.label}: ${message.title}`;
    try {
      await publish(message, channel);
      // Not as `message`: Powertools drops that key, which is the text of the entry.
      log.info(title, { channel, notification: message });
    } catch (error) {
      log.error(`Could not publish to the ${channel}: ${title}`, { error, channel, notification: message });
      failed.push(delivery);
    }
  };
  await Promise.all(due.map(publishOne));
  return failed;
}

/** Removes what was published from the outbox. If that fails, it may be published a second time, which is better than never. */
async function settle(due: readonly Delivery[], failures: readonly Delivery[], ports: NotifyPorts): Promise<void> {
  const done = new Set(due.filter((delivery) => !failures.includes(delivery)).map(keyOf));
  for (let tries = 0; tries < WRITE_TRIES; tries += 1) {
    const stored = await read(ports);
    const outbox = stored.memory.outbox.filter((delivery) => !done.has(keyOf(delivery)));
    if (outbox.length === stored.memory.outbox.length) return;
    if (await write({ ...stored.memory, outbox }, stored, ports)) return;
  }
}

function keyOf({ message, channel }: Delivery): string {
  return `${channel} ${message.id}`;
}

/** The store's memory, or this environment's while the store does not answer, and after that if nobody has written since. */
async function read({ store, environment, log }: NotifyPorts): Promise<StoredMemory> {
  try {
    const stored = await store.read();
    const isBehind = !environment.isSaved && stored.version === environment.stored.version;
    if (!isBehind) Object.assign(environment, { stored, isSaved: true });
  } catch (error) {
    log.error('Could not read the memory; continuing with that of this environment.', { error });
  }
  return environment.stored;
}

/** @returns false if another run has written: read again. If the store does not answer, this environment keeps the memory. */
async function write(memory: Memory, { version }: StoredMemory, ports: NotifyPorts): Promise<boolean> {
  const { store, environment, log } = ports;
  try {
    if (!(await store.write(memory, version))) {
      environment.isSaved = true;
      return false;
    }
    Object.assign(environment, { stored: { memory, version: version + 1 }, isSaved: true });
  } catch (error) {
    log.error('Could not write the memory; continuing with that of this environment.', { error });
    Object.assign(environment, { stored: { memory, version }, isSaved: false });
  }
  return true;
}
