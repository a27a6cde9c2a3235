/**
 * Loaded into a function's process before its code (`--import`): writes a line for each module that is loaded, and for each connection
 * that is made, with the time in ms since the epoch. Node's own modules are written at the next request over HTTP.
 */
import { subscribe } from 'node:diagnostics_channel';
import { registerHooks } from 'node:module';
import type { Socket } from 'node:net';

const known = new Set<string>();
const write = (what: string) => void process.stdout.write(`LOADED ${Date.now()} ${what}\n`);

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (!known.has(resolved.url)) write(resolved.url);
    known.add(resolved.url);
    return resolved;
  },
});

subscribe('net.client.socket', (message) => {
  const { socket } = message as { readonly socket: Socket };
  socket.once('connect', () => write(`connection to port ${socket.remotePort}`));
});

let loaded = builtins();
subscribe('http.client.request.start', () => {
  const before = loaded;
  loaded = builtins();
  for (const name of loaded) if (!before.has(name)) write(name);
});

function builtins(): Set<string> {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
  return new Set(moduleLoadList);
}
