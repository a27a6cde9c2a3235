/**
 * Loaded into a function's process before its code (`--import`): writes a line for each module that is loaded, each connection that is made,
 * and each request over HTTP and its answer. The order of the lines is the order of what happened. Node's own modules are written at the
 * next request or answer.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { registerHooks } from 'node:module';
import type { Socket } from 'node:net';

const known = new Set<string>();
const write = (line: string) => void process.stdout.write(`${line}\n`);

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (!known.has(resolved.url)) write(`LOADED ${resolved.url}`);
    known.add(resolved.url);
    return resolved;
  },
});

subscribe('net.client.socket', (message) => {
  const { socket } = message as { readonly socket: Socket };
  socket.once('connect', () => write(`LOADED connection to port ${socket.remotePort}`));
});

let loaded = builtins();
subscribe('http.client.request.start', (message) => {
  writeBuiltins();
  write(`REQUEST ${nameOf(message)}`);
});
subscribe('http.client.response.finish', (message) => {
  writeBuiltins();
  write(`ANSWER ${nameOf(message)}`);
});

function writeBuiltins(): void {
  const before = loaded;
  loaded = builtins();
  for (const name of loaded) if (!before.has(name)) write(`LOADED ${name}`);
}

function builtins(): Set<string> {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
  return new Set(moduleLoadList);
}

/** The service of a call to AWS, else the path. */
function nameOf(message: unknown): string {
  const { request } = message as { readonly request: ClientRequest };
  const [, service] = / api\/(\w+)/.exec(String(request.getHeader('user-agent'))) ?? [];
  return service ?? request.path;
}
