import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

const anyByte = () => 1 + Math.floor(Math.random() * 250);

/** tokyo-1 as the network shows it: a loopback address of the test's own, without other listeners. */
export class TestPeer {
  readonly address = `127.77.${anyByte()}.${anyByte()}`;
  readonly ports = [17946, 10179] as const;
  readonly #listeners: Server[] = [];
  readonly #blocked: ChildProcess[] = [];
  readonly #queued: Socket[] = [];

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
    for (const port of this.ports) {
      const script = `require('net').createServer().listen({ port: ${port}, host: '${this.address}', backlog: 1 }, () => {
        require('fs').writeSync(1, 'listening');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      })`;
      const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
      this.#blocked.push(child);
      await once(child.stdout, 'data');
      // Linux queues one connection more than asked for and drops the SYN of the next.
      for (let queued = 0; queued < 2; queued++) {
        const socket = connect(port, this.address).on('error', () => undefined);
        this.#queued.push(socket);
        await once(socket, 'connect');
      }
    }
  }

  /** Its ports refuse, as they do before `revive` and `silence`. */
  kill(): void {
    for (const socket of this.#queued.splice(0)) socket.destroy();
    for (const child of this.#blocked.splice(0)) child.kill('SIGKILL');
    for (const server of this.#listeners.splice(0)) server.close();
  }
}
