import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, connect as dial, type Server } from 'node:net';

/** Forwards every connection to a server on 127.0.0.1. @returns a function that stops it */
export async function relay(socket: string, url: string): Promise<() => void> {
  const { hostname, port } = new URL(url);
  rmSync(socket, { force: true });
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = dial({ host: hostname, port: Number(port), allowHalfOpen: true });
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  server.listen(socket);
  await once(server, 'listening');
  return () => server.close();
}
