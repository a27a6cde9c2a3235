import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Listens at an address on each of the ports, and never accepts; a server of Node always does. Linux queues one connection more than asked
 * for and drops the SYN of the next. Of a router that is asking already, one may be among the first two, so none is waited for.
 */
const LISTEN = `import socket, sys
listening = [socket.create_server((sys.argv[1], int(port)), backlog=1) for port in sys.argv[2:]]
queued = [(socket.socket(), port) for port in listening for _ in range(2)]
for connecting, port in queued:
    connecting.setblocking(False)
    connecting.connect_ex(port.getsockname())
print("listening", flush=True)
sys.stdin.read()`;

const anyByte = () => 1 + Math.floor(Math.random() * 250);

/** tokyo-1 as the network shows it: a loopback address of the test's own, without other listeners. */
export class TestPeer {
  readonly address = `127.77.${anyByte()}.${anyByte()}`;
  readonly ports = [17946, 10179] as const;
  readonly #listeners: Server[] = [];
  readonly #blocked: ChildProcess[] = [];

  /** It answers on its ports from now on. */
  async revive(): Promise<void> {
    for (const port of this.ports) {
      const server = createServer((socket) => socket.destroy()).listen(port, this.address);
      this.#listeners.push(server);
      await once(server, 'listening');
    }
  }

  /** It drops every packet: the accept queues of its ports are full. */
  async silence(): Promise<void> {
    const child = spawn('/usr/bin/python3', ['-IS', '-c', LISTEN, this.address, ...this.ports.map(String)]);
    this.#blocked.push(child);
    await once(child.stdout, 'data');
  }

  /** Its ports refuse, as they do before `revive` and `silence`. */
  kill(): void {
    for (const child of this.#blocked.splice(0)) child.kill('SIGKILL');
    for (const server of this.#listeners.splice(0)) server.close();
  }
}
