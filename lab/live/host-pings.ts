import { type ChildProcess, spawn } from 'node:child_process';
import type { TrafficMeter } from '#demo/live/traffic-meter.ts';
import type { Way } from '../ping.ts';

const EVERY_S = 0.05;
const RESTART_MS = 1_000;

/** Pings from a host of the lab until it is stopped. Each answer, and each ping without one, goes into the meter. */
export class HostPings {
  readonly #way: Way;
  readonly #meter: TrafficMeter;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;

  constructor(way: Way, meter: TrafficMeter) {
    this.#way = way;
    this.#meter = meter;
  }

  start(): void {
    const { namespace, from, to } = this.#way;
    // -O reports a ping without an answer when the next one is sent.
    const args = ['-n', '-D', '-O', '-W', '1', '-I', from, '-i', String(EVERY_S), to];
    this.#child = spawn('ip', ['netns', 'exec', namespace, 'ping', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let rest = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#read(line);
    });
    this.#child.once('error', () => undefined);
    this.#child.once('close', () => {
      this.#restart = setTimeout(() => this.start(), RESTART_MS);
    });
  }

  stop(): void {
    this.#child?.removeAllListeners('close');
    this.#child?.kill('SIGINT');
    clearTimeout(this.#restart);
  }

  #read(line: string): void {
    const answered = pingAnswered(line);
    if (answered !== undefined) this.#meter.record(Date.now(), answered);
  }
}

/** Whether a line of `ping -D -O` is of a ping that was answered; undefined: it is of none. */
export function pingAnswered(line: string): boolean | undefined {
  if (/^\[[\d.]+\] \d+ bytes from/.test(line)) return true;
  return /^\[[\d.]+\] (no answer yet|From .* (Unreachable|exceeded))/.test(line) ? false : undefined;
}
