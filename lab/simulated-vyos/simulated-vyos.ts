import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShellFixture } from '#emulator/account.ts';
import { parseSetCommand } from '#vyos/quote.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** What is to go wrong; a number says how often. */
export interface VyosFaults {
  /** Somebody else commits. */
  readonly locked?: number;
  /** A commit that says it went well and did nothing. */
  readonly lies?: number;
  /** A commit that leaves out `area`, and says so with a secret in its words. */
  readonly partial?: number;
  readonly area?: readonly string[];
  /** A value that `set` does not take. */
  readonly refuse?: string;
  readonly diskFull?: number;
  readonly noTimers?: number;
  /** strongSwan does not answer. */
  readonly noStrongswan?: number;
  /** eBGP is down while a line of the running configuration has this word in it. */
  readonly bgpDownWith?: string;
}

/**
 * A VyOS as far as `router/apply-config` sees one: its programs in `bin/`, its Python API, its files in a folder. If there
 * is a program `commit` in the folder, a commit hands it the new configuration, to be put into force; otherwise a
 * configuration is a file and nothing more.
 */
export class SimulatedVyos {
  readonly folder: string;

  /** @param folder of one that is installed, or is going to be */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** @param lines what it runs and boots with, as `set` commands */
  static install(folder: string, lines: readonly string[], version = '1.4.0'): SimulatedVyos {
    mkdirSync(folder, { recursive: true });
    const vyos = new SimulatedVyos(folder);
    vyos.#write('version', version);
    vyos.#write('faults', {});
    vyos.running = lines;
    vyos.#write('saved', vyos.#read('running'));
    return vyos;
  }

  /** For Run Command. */
  get shell(): ShellFixture {
    return { path: join(HERE, 'bin'), env: this.#env };
  }

  /** Where its metadata service and its SSM are. */
  connect(metadata: string, ssm: string): void {
    const lines = [`export AWS_EC2_METADATA_SERVICE_ENDPOINT='${metadata}'`, `export AWS_ENDPOINT_URL_SSM='${ssm}'`];
    writeFileSync(join(this.folder, 'environment'), `${lines.join('\n')}\n`);
  }

  /**
   * Lets routers know each other, by public address. Their tunnels are up; from now on BGP needs them, and they need the
   * same settings at both ends whenever they are set up.
   */
  static join(folder: string, routers: Readonly<Record<string, SimulatedVyos>>): void {
    mkdirSync(folder, { recursive: true });
    const folders = Object.fromEntries(Object.entries(routers).map(([address, router]) => [address, router.folder]));
    for (const router of Object.values(routers)) router.#write('network', { folder, routers: folders });
    for (const router of Object.values(routers))
      router.#python('import simulated as s; [s.negotiate(p) for p in s.peers(s.read("running")).values()]');
  }

  /** The SAs of joined routers: what an SA is called by its two addresses, and something that is another one each time it is set up. */
  static associations(folder: string): Readonly<Record<string, string>> {
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }

  /** `set` lines without quotes, sorted; what others set by hand goes in the same way. */
  get running(): readonly string[] {
    return this.#lines('running');
  }
  set running(lines: readonly string[]) {
    this.#writeRunning(lines.map((line) => parseSetCommand(line, 0) ?? []));
  }

  /** What it boots with. */
  get saved(): readonly string[] {
    return this.#lines('saved');
  }

  faults(faults: VyosFaults): void {
    this.#write('faults', faults);
  }

  version(version: string): void {
    this.#write('version', version);
  }

  /** Names of the timers that would fire. */
  get timers(): readonly string[] {
    const folder = join(this.folder, 'timers');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** As if their time had come. */
  fireTimers(): void {
    for (const name of this.timers) {
      const { env, command } = JSON.parse(readFileSync(join(this.folder, 'timers', name), 'utf8')) as {
        env: Record<string, string>;
        command: [string, ...string[]];
      };
      rmSync(join(this.folder, 'timers', name));
      const [program, ...args] = command;
      const path = `${this.shell.path}:/usr/bin:/bin`;
      execFileSync(join(this.shell.path, program), args, { env: { ...this.#env, ...env, PATH: path } });
    }
  }

  /** The saved configuration, and nothing of what was in memory. */
  reboot(): void {
    rmSync(join(this.folder, 'timers'), { recursive: true, force: true });
    rmSync(join(this.folder, 'run'), { recursive: true, force: true });
    this.#writeRunning(this.#read('saved') as string[][]);
  }

  #python(program: string): void {
    execFileSync('python3', ['-c', program], { env: { ...this.#env, PATH: '/usr/bin:/bin' } });
  }

  get #env(): Record<string, string> {
    return {
      SIMULATED_VYOS: this.folder,
      PYTHONPATH: join(HERE, 'python'),
      PYTHONDONTWRITEBYTECODE: '1',
      VYOS_FAILOVER_RUN: join(this.folder, 'run'),
    };
  }

  /** Also as VyOS prints it: the last word in single quotes. */
  #writeRunning(lines: readonly (readonly string[])[]): void {
    this.#write('running', lines);
    const commands = lines.map((words) => `set ${words.slice(0, -1).join(' ')} '${words.at(-1)}'\n`);
    writeFileSync(join(this.folder, 'running.commands'), commands.join(''));
  }

  #lines(name: string): readonly string[] {
    return (this.#read(name) as string[][]).map((words) => `set ${words.join(' ')}`).toSorted();
  }

  #read(name: string): unknown {
    return JSON.parse(readFileSync(join(this.folder, `${name}.json`), 'utf8'));
  }

  #write(name: string, value: unknown): void {
    writeFileSync(join(this.folder, `${name}.json`), JSON.stringify(value));
  }
}
