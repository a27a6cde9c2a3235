import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endSession, SESSION, type Sessions } from './sessions.ts';

/** Serf on the routers of one pair. */
export interface SerfPair {
  readonly kind: 'real' | 'stand-in';
  /** Where the member's agent answers `serf members`; undefined: nowhere. */
  rpcAddress(member: string): string | undefined;
  /** Resolves when both members see each other. @throws the signal's reason when it is aborted */
  start(signal: AbortSignal): Promise<void>;
  /** Ends one member's agent as a power cut would; the other one's handler runs when it notices. */
  kill(member: string): void;
  stop(): void;
}

export interface SerfMember {
  readonly name: string;
  readonly role: string;
  /** On 127.0.0.0/8. */
  readonly address: string;
  /** Directory for configuration and log. */
  readonly directory: string;
  /** What `member-failed` and `member-leave` run, and its environment. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * @param speed how many times faster a stand-in is than Serf was measured
 * @param sessions where handlers leave what they let go
 */
export function serfPair(
  kind: SerfPair['kind'],
  members: readonly SerfMember[],
  speed: number,
  sessions: Sessions,
): SerfPair {
  return kind === 'real'
    ? new RealSerfPair(members, sessions)
    : new StandInSerfPair(members, Math.random, speed, sessions);
}

/** Is Serf on the PATH? */
export function serfIsInstalled(): boolean {
  return spawnSync('serf', ['version'], { stdio: 'ignore' }).status === 0;
}

const PORT = 7946;
const RPC_PORT = 7373;
const JOIN_DEADLINE_MS = 15_000;

/** Real agents on loopback addresses: profile `lan`, the article's handlers, its reconnect timers, on both routers. */
class RealSerfPair implements SerfPair {
  readonly kind = 'real';
  readonly #members: readonly SerfMember[];
  readonly #sessions: Sessions;
  readonly #agents = new Map<string, ChildProcess>();

  constructor(members: readonly SerfMember[], sessions: Sessions) {
    this.#members = members;
    this.#sessions = sessions;
  }

  rpcAddress(name: string): string | undefined {
    const member = this.#members.find((candidate) => candidate.name === name);
    return member && `${member.address}:${RPC_PORT}`;
  }

  async start(signal: AbortSignal): Promise<void> {
    for (const member of this.#members) this.#agents.set(member.name, this.#spawn(member));
    const deadline = performance.now() + JOIN_DEADLINE_MS;
    while (!(await this.#allSeeAll())) {
      if (performance.now() > deadline) {
        const where = this.#members.map(({ address }) => `${address}:${PORT}`).join(' and ');
        throw new Error(
          `Serf agents at ${where} did not meet within ${JOIN_DEADLINE_MS / 1000} s; another demo may hold these ports`,
        );
      }
      await sleep(100, undefined, { signal });
    }
  }

  kill(member: string): void {
    endSession(this.#agents.get(member)?.pid);
    this.#agents.delete(member);
  }

  stop(): void {
    for (const { name } of this.#members) this.kill(name);
  }

  #spawn(member: SerfMember): ChildProcess {
    const config = join(member.directory, 'serf.json');
    const others = this.#members.filter((other) => other.name !== member.name);
    writeFileSync(
      config,
      JSON.stringify({
        node_name: member.name,
        bind: `${member.address}:${PORT}`,
        rpc_addr: `${member.address}:${RPC_PORT}`,
        profile: 'lan',
        tags: { role: member.role },
        reconnect_interval: '4s',
        retry_join: others.map((other) => `${other.address}:${PORT}`),
        retry_interval: '1s',
        event_handlers: [`member-failed,member-leave=${member.handler}`],
        disable_coordinates: true,
      }),
    );
    return spawn('serf', ['agent', `-config-file=${config}`], {
      ...SESSION,
      stdio: 'ignore',
      env: { PATH: this.#sessions.path, ...member.environment },
    });
  }

  async #allSeeAll(): Promise<boolean> {
    const views = await Promise.all(this.#members.map(({ address }) => aliveMembers(`${address}:${RPC_PORT}`)));
    return views.every((alive) => alive === this.#members.length);
  }
}

async function aliveMembers(rpc: string): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('serf', ['members', `-rpc-addr=${rpc}`, '-format=json']);
    const { members } = JSON.parse(stdout) as { members: { status: string }[] };
    return members.filter((member) => member.status === 'alive').length;
  } catch {
    return 0;
  }
}

/**
 * A stand-in with the timing that was measured on Serf 0.9.4, profile `lan`, two members: 6.04 to 7.96 s, median 6.9,
 * from the kill to the first line of the handler (0–2 s until the next probe, 1 s of it, 4 s of suspicion, 1 s of
 * coalescing). It runs the handler as Serf does: event in the environment, member on stdin, by `sh -c`.
 */
class StandInSerfPair implements SerfPair {
  readonly kind = 'stand-in';
  readonly #members: readonly SerfMember[];
  readonly #random: () => number;
  readonly #speed: number;
  readonly #sessions: Sessions;
  readonly #timers: NodeJS.Timeout[] = [];

  /** @param speed how many times faster than measured */
  constructor(members: readonly SerfMember[], random: () => number, speed: number, sessions: Sessions) {
    this.#members = members;
    this.#random = random;
    this.#speed = speed;
    this.#sessions = sessions;
  }

  rpcAddress(): undefined {
    return undefined;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  kill(name: string): void {
    const killed = this.#members.find((member) => member.name === name);
    const survivors = this.#members.filter((member) => member.name !== name);
    if (killed === undefined) return;
    for (const standby of survivors) {
      const noticedMs = (6_000 + 2_000 * this.#random()) / this.#speed;
      this.#timers.push(setTimeout(() => this.#runHandler(standby, killed), noticedMs));
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #runHandler(standby: SerfMember, killed: SerfMember): void {
    this.#sessions.start(
      '/bin/sh',
      ['-c', standby.handler],
      {
        ...standby.environment,
        SERF_EVENT: 'member-failed',
        SERF_SELF_NAME: standby.name,
        SERF_SELF_ROLE: standby.role,
      },
      `${killed.name}\t${killed.address}\t${killed.role}\trole=${killed.role}\n`,
    );
  }
}
