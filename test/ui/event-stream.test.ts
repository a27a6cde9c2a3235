import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { watchStatus } from '#cli/live-page/status-stream.ts';
import type { LiveSource } from '#ui/live-source.ts';
import { streamEvents } from '#ui/server/event-stream.ts';

test('a browser that reads nothing gets the newest state once it reads again, and costs nothing in between', () => {
  const written: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    writableNeedDrain: false,
    write: (text: string) => written.push(text),
    end: () => undefined,
  });
  let changes = 0;
  let notify = (): void => undefined;
  const source = {
    entries: () => [],
    state: () => ({ changes }),
    onChange: (listener: () => void) => {
      notify = listener;
      return () => undefined;
    },
  } as unknown as LiveSource;
  const end = streamEvents(source, response as unknown as ServerResponse);
  response.writableNeedDrain = true;
  for (; changes < 100; changes++) notify();
  expect(response.listenerCount('drain')).toBe(1);
  response.emit('drain');
  expect(written.filter((text) => text.startsWith('event: state'))).toEqual([
    'event: state\ndata: {"changes":0}\n\n',
    'event: state\ndata: {"changes":100}\n\n',
  ]);
  end();
  expect(response.listenerCount('drain')).toBe(0);
});

test('the reason for which status ended has none of the messages of earlier readings', async () => {
  const reading = JSON.stringify({ schema: 'vyos-failover.status/1', sites: [], unseen: [] });
  const problem = await watchStatus(
    (_, streams) => {
      for (const _reading of ['first', 'second']) {
        streams?.stderr?.write('osaka cannot be reached\n');
        streams?.stdout?.write(reading);
      }
      streams?.stderr?.write('The credentials have expired\n');
      return Promise.resolve(1);
    },
    { everyS: 5, take: () => undefined, signal: new AbortController().signal },
  );
  expect(problem).toEqual({ says: 'The credentials have expired', hint: null });
});
