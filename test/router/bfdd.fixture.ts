import { once } from 'node:events';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** A BFD session as FRR has it; intervals in ms. */
export interface FakeSession {
  readonly peer: string;
  /** Of one peer there can be several. */
  readonly vrf?: string;
  status: 'up' | 'down' | 'shutdown';
  received: number;
  /** Both ends. Default: 50 ms × 6. */
  readonly interval?: number;
  readonly multiplier?: number;
}

export interface FakeBfdd {
  readonly sessions: FakeSession[];
  /** How often it was asked for its sessions. */
  asked: number;
  /** Before it answers the next question; then it is 0. */
  slowMs: number;
  /** Of an FRR that does not know the command. */
  counts: boolean;
  /** Before each answer with counts. */
  onCounters: () => void;
}

/** The terminal of bfdd on a UNIX socket, until the test ends: it answers as FRR's lib/vty.c does. */
export async function bfddTerminal(path: string, sessions: FakeSession[] = []): Promise<FakeBfdd> {
  const bfdd: FakeBfdd = { sessions, asked: 0, slowMs: 0, counts: true, onCounters: () => undefined };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const wait = bfdd.slowMs;
      const answer = `${answerTo(data.toString().replace('\0', ''), bfdd)}\0\0\0\0`;
      setTimeout(() => {
        if (wait > 0) bfdd.slowMs = 0;
        socket.write(answer);
      }, wait);
    });
  }).listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return bfdd;
}

function answerTo(command: string, bfdd: FakeBfdd): string {
  switch (command) {
    case 'enable':
      return '';
    case 'show bfd peers brief':
      bfdd.asked += 1;
      return bfdd.sessions.map(({ peer, status }) => `1 169.254.254.1 ${peer} ${status}\n`).join('');
    case 'show bfd peers counters json':
      if (!bfdd.counts) return '% Unknown command.\n';
      bfdd.onCounters();
      return pretty(listed(bfdd.sessions, ({ received }) => ({ 'control-packet-input': received })));
    case 'show bfd peers json':
      return pretty(timersOf(bfdd.sessions));
    default:
      return `% Unknown command: ${command}\n`;
  }
}

/** The part of `show bfd peers json` that is read. */
export function timersOf(sessions: readonly FakeSession[]): object[] {
  return listed(sessions, ({ status, interval = 50, multiplier = 6 }) => ({
    status,
    'receive-interval': interval,
    'remote-transmit-interval': interval,
    'remote-detect-multiplier': multiplier,
  }));
}

function listed(sessions: readonly FakeSession[], facts: (session: FakeSession) => object): object[] {
  return sessions.map((session) => ({ peer: session.peer, vrf: session.vrf ?? 'default', ...facts(session) }));
}

function pretty(answer: readonly object[]): string {
  return `${JSON.stringify(answer, null, 2)}\n`;
}
