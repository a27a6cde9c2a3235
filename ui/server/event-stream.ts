import type { ServerResponse } from 'node:http';
import type { LiveSource } from '../live-source.ts';

/** Changes within this time are sent together, ms. */
const COALESCE_MS = 100;
/** Proxies and sleeping laptops end silent connections. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Sends the state and the timeline as server-sent events, first whole and then what changes, until the browser disconnects.
 *
 * @returns ends the stream
 */
export function streamEvents(source: LiveSource, response: ServerResponse): () => void {
  let sentState = '';
  let sentEntry = 0;
  let flushing: NodeJS.Timeout | undefined;
  const send = (event: string, data: string) => response.write(`event: ${event}\ndata: ${data}\n\n`);
  const flush = () => {
    flushing = undefined;
    const entries = source.entries().filter(({ id }) => id > sentEntry);
    if (entries.length > 0) send('entries', JSON.stringify(entries));
    sentEntry = entries.at(-1)?.id ?? sentEntry;
    const state = JSON.stringify(source.state());
    if (state !== sentState) send('state', state);
    sentState = state;
  };
  response.write('retry: 1000\n\n');
  flush();
  const stopListening = source.onChange(() => {
    // A slow browser gets the newest state later, and not every one in between.
    if (response.writableNeedDrain) return;
    flushing ??= setTimeout(flush, COALESCE_MS);
  });
  response.on('drain', flush);
  const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
  const end = () => {
    clearInterval(keepAlive);
    clearTimeout(flushing);
    stopListening();
    response.off('drain', flush);
    response.end();
  };
  response.once('close', end);
  return end;
}
