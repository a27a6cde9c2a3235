import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { VyosFaults } from '#simulated-vyos/simulated-vyos.ts';

const SERVER = fileURLToPath(new URL('fork-server.py', import.meta.url));
const SIMULATION = fileURLToPath(new URL('../../../simulated-vyos/python', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../../router/apply-config.d', import.meta.url));

/** What SSM's secret is, whatever its name, unless `secret` says another. */
export const SECRET = 'correct-horse-battery-staple';

export type Words = readonly string[];

export interface Answer {
  readonly outcome: string;
  readonly [field: string]: unknown;
}

/** One delivery of a command. */
export interface Delivery {
  /** Null: it was interrupted, or failed. */
  readonly answer: Answer | null;
  readonly said: string;
  /** How many steps it took, and what they were. */
  readonly steps: number;
  readonly names: readonly string[];
}

/** Each state once. */
export interface Recording extends Delivery {
  readonly states: readonly { readonly at: number; readonly name: string }[];
}

export interface Facts {
  /** Lines without `set`, sorted. */
  readonly running: readonly string[];
  readonly daemons: readonly string[];
  readonly boots: readonly string[];
  readonly timers: readonly string[];
  /** Seconds since boot. */
  readonly uptime: number;
  readonly bootId: string;
  /** In /config. */
  readonly files: readonly string[];
  /** Who may read the boot file, and copies of it. */
  readonly modes: Readonly<Record<string, number>>;
}

export interface BgpSummary {
  readonly ipv4Unicast: {
    readonly as: number;
    readonly peers: Readonly<Record<string, { readonly remoteAs: number; readonly state: string }>>;
  };
}

/** What happens to a command at one of its steps. */
export type Mishap = 'disk full' | 'locked' | 'locked for ever';

/** A simulated router whose `apply-config` takes milliseconds (see `fork-server.py`). One test file, one router. */
export class RouterInCells {
  readonly #folder = mkdtempSync(join(tmpdir(), 'router-'));
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  /** Of its simulated VyOS. */
  get folder(): string {
    return join(this.#folder, 'router');
  }

  constructor() {
    const { folder } = this;
    const env = { SIMULATED_VYOS: folder, VYOS_FAILOVER_ROOT: folder, VYOS_FAILOVER_RUN: join(folder, 'run') };
    const python = { PYTHONPATH: SIMULATION, PYTHONDONTWRITEBYTECODE: '1', PATH: '/usr/bin:/bin' };
    this.#server = spawn('/usr/bin/python3', [SERVER, PROGRAM], { env: { ...env, ...python } });
    this.#server.stderr.pipe(process.stderr);
    this.#lines = createInterface(this.#server.stdout)[Symbol.asyncIterator]();
  }

  /** Ends the server. */
  [Symbol.dispose](): void {
    this.#server.stdin.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  install(lines: readonly Words[], version = '1.4.0'): Promise<void> {
    return this.#ask('install', lines, version);
  }
  /** @param at the mishap comes before the step of this number; default: none comes */
  act(variables: Readonly<Record<string, string>>, at = 0, mishap: Mishap | 'killed' = 'killed'): Promise<Delivery> {
    return this.#ask('act', variables, at, mishap);
  }
  /** Also snapshots of what SIGKILL to all of it would leave before each step; `at` names them. */
  record(variables: Readonly<Record<string, string>>): Promise<Recording> {
    return this.#ask('record', variables);
  }
  secret(value: string): Promise<void> {
    return this.#ask('secret', value);
  }
  /** What `show-config` prints. `undone`: the pending push is, at that step. */
  show(at = 0, mishap: 'killed' | 'undone' = 'killed'): Promise<Delivery> {
    return this.#ask('show', at, mishap);
  }
  /** The time of every timer comes, once. */
  fireTimers(): Promise<readonly Delivery[]> {
    return this.#ask('fire');
  }
  powerCut(): Promise<void> {
    return this.#ask('powerCut');
  }
  reboot(): Promise<void> {
    return this.#ask('reboot');
  }
  pass(seconds: number): Promise<void> {
    return this.#ask('pass', seconds);
  }
  async faults({ lockedForS, ...faults }: VyosFaults): Promise<void> {
    const until = lockedForS === undefined ? {} : { lockedUntil: (await this.facts()).uptime + lockedForS };
    await this.#ask('faults', { ...faults, ...until });
  }
  /** Another commit. */
  setRunning(lines: readonly Words[]): Promise<void> {
    return this.#ask('running', lines);
  }
  /** An operator saves. */
  save(): Promise<void> {
    return this.#ask('save');
  }
  /** @param name of a file of the router's, without the first slash */
  write(name: string, text: string): Promise<void> {
    return this.#ask('write', name, text);
  }
  remove(name: string): Promise<void> {
    return this.#ask('remove', name);
  }
  facts(): Promise<Facts> {
    return this.#ask('facts');
  }
  /** Lets it know other routers (their folders, by public address), and has its tunnels with them set up. */
  join(network: string, routers: Readonly<Record<string, string>>): Promise<void> {
    return this.#ask('join', network, routers);
  }
  /** As `show ip bgp summary json`. */
  bgp(): Promise<BgpSummary> {
    return this.#ask('bgp');
  }
  /** The same for states that are the same but for their time. */
  state(): Promise<string> {
    return this.#ask('state');
  }
  snapshot(name: string): Promise<void> {
    return this.#ask('snapshot', name);
  }
  restore(name: string): Promise<void> {
    return this.#ask('restore', name);
  }

  async #ask<T>(...[name, ...args]: readonly [string, ...unknown[]]): Promise<T> {
    this.#server.stdin.write(`${JSON.stringify([name, args])}\n`);
    const { value } = (await this.#lines.next()) as IteratorResult<string, undefined>;
    if (value === undefined) throw new Error(`the fork server ended at ${name}`);
    return JSON.parse(value) as T;
  }
}

/** As `router/apply-config` wants a push: words of commands, and the parts that an undo has to put back. */
export function pushFile(commands: readonly Words[], roots: readonly Words[], boot: unknown) {
  const text = JSON.stringify({ commands, roots, boot });
  return {
    SSM_File: gzipSync(text).toString('base64'),
    SSM_Sha256: createHash('sha256').update(text).digest('hex'),
  };
}

/** As the router counts a configuration: our lines as `set` commands, secrets out of sight. */
export function digestOf(lines: readonly Words[]): string {
  const quoted = (word: string) => (/^[A-Za-z0-9_.:/@%+,=-]+$/.test(word) ? word : `'${word}'`);
  const shown = lines.map((words) =>
    /(^|-)(secret|password|passphrase|key)$/.test(words.at(-2) ?? '') ? [...words.slice(0, -1), '(not shown)'] : words,
  );
  const text = shown
    .map((words) => `set ${words.map(quoted).join(' ')}\n`)
    .toSorted()
    .join('');
  return createHash('sha256').update(text).digest('hex');
}
