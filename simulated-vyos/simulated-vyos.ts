import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShellFixture } from '#emulator/account.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { bootLines } from './boot-text.ts';
import { type DiskImage, readDisk, writeDisk } from './disk-image.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

type Installation = 'install' | 'install_image';

/** By installation, release and configuration. Python takes 40 ms for an installation, and most of them are the same few. */
const installed = new Map<string, DiskImage>();

/** What is to go wrong; a number says how often. */
export interface VyosFaults {
  /** A commit meets another commit, which has ended at the retry. */
  readonly locked?: number;
  /** Another commit takes this many seconds. */
  readonly lockedForS?: number;
  /** A commit that says it went well and did nothing. */
  readonly lies?: number;
  /** A commit in which the nodes of `area` are refused, and that says so with a secret in its words. */
  readonly partial?: number;
  /** A commit in which the scripts of `area` fail after the daemons have their new configuration. */
  readonly crashes?: number;
  readonly area?: readonly string[];
  /** A commit continues after the process group that began it was ended. */
  readonly outlives?: number;
  /** A value that is none: `set` does not take it, nor does a commit. */
  readonly refuse?: string;
  /** A word that is no node of this VyOS. */
  readonly unknown?: string;
  /** VyOS's own save finds the disk full. */
  readonly diskFull?: number;
  /** /config is not writable. */
  readonly configFull?: boolean;
  /** As after an error of the disk. */
  readonly configReadOnly?: boolean;
  readonly runFull?: boolean;
  /** A commit hook of an operator saves after each commit. */
  readonly hookSaves?: boolean;
  /** VyOS sets up no session. */
  readonly noSession?: number;
  readonly noTimers?: number;
  /** Readings that show half of the configuration, as during a commit. */
  readonly halfReads?: number;
  readonly failedReads?: number;
  /** A line that an interrupted session of the same number has left uncommitted. */
  readonly staleSession?: readonly string[];
  /** The process group is ended (SIGKILL) once at this step. */
  readonly killOnceAt?: string;
  /** The process group is ended (SIGKILL) at this step (`simulated.step`). */
  readonly killAt?: string;
  /** The process that has begun a step is ended alone, as by the OOM killer; the step waits for the pipe `go`. */
  readonly orphanAt?: string;
  /** strongSwan does not answer. */
  readonly noStrongswan?: number;
  /** eBGP is down while a line of the running configuration has this word in it. */
  readonly bgpDownWith?: string;
}

interface Timer {
  readonly env: Record<string, string>;
  readonly command: readonly [string, ...string[]];
  /** Seconds since boot. */
  readonly due: number;
  /** 0: once. */
  readonly every: number;
}

/**
 * A VyOS as far as `router/apply-config` sees one: its programs in `bin/`, its Python API in `python/` (what it imitates
 * stands there), its files in a folder. If there is a program `commit` in the folder, a commit hands it the new
 * configuration, to be put into force; otherwise daemons are a file (`daemons`) and nothing more.
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
    const words = lines.map((line) => parseSetCommand(line, 0) ?? []);
    if (readdirSync(folder).length === 0) writeDisk(folder, SimulatedVyos.#diskOf('install', words, version));
    else vyos.#fill('install', words, version);
    return vyos;
  }

  /**
   * A new disk with an image of VyOS, and the configuration of cloud-init on it.
   *
   * @param commands `set` and `delete`, in words
   */
  static installImage(folder: string, commands: readonly (readonly string[])[], version: string): SimulatedVyos {
    mkdirSync(folder, { recursive: true });
    writeDisk(folder, SimulatedVyos.#diskOf('install_image', commands, version));
    return new SimulatedVyos(folder);
  }

  /** For Run Command. */
  get shell(): ShellFixture {
    return { path: join(HERE, 'bin'), env: this.#env };
  }

  /** Where its metadata service is, and AWS. */
  connect(metadata: string, endpoint: string): void {
    const lines = [
      `export AWS_EC2_METADATA_SERVICE_ENDPOINT='${metadata}'`,
      ...['SSM', 'S3', 'DYNAMODB'].map((service) => `export AWS_ENDPOINT_URL_${service}='${endpoint}'`),
    ];
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
    for (const router of Object.values(routers)) router.#forgetBgp();
    for (const router of Object.values(routers))
      router.#python(
        'import simulated as s, tunnels as t; [t.negotiate(p) for p in t.peers(s.read("daemons")).values()]',
      );
  }

  /**
   * The SAs of joined routers: what an SA is called by its two addresses, and something that is another one each time it is
   * set up.
   */
  static associations(folder: string): Readonly<Record<string, string>> {
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }

  /**
   * VyOS's *active* configuration: `set` lines without quotes, sorted. Set: what others change, which their commit has put
   * into force.
   */
  get running(): readonly string[] {
    return this.#lines('running');
  }
  set running(lines: readonly string[]) {
    const words = lines.map((line) => parseSetCommand(line, 0) ?? []);
    rmSync(join(this.folder, 'running.text'), { force: true });
    this.#write('running', words);
    this.#write('daemons', words);
    this.#forgetBgp();
  }

  /** What the daemons run. */
  get daemons(): readonly string[] {
    return this.#lines('daemons');
  }

  /** What it boots with; none where its file cannot be read. */
  get saved(): readonly string[] {
    return bootLines(readFileSync(join(this.folder, 'config/config.boot'), 'utf8')) ?? [];
  }

  /** An operator saves. */
  save(): void {
    this.#python('import backend, simulated; backend.save(simulated.path("config/config.boot"))');
  }

  faults(faults: VyosFaults): void {
    const { lockedForS, ...others } = faults;
    this.#write('faults', lockedForS === undefined ? others : { ...others, lockedUntil: this.uptime + lockedForS });
  }

  version(version: string): void {
    // The text of a configuration is another one before 1.4.
    for (const shown of ['running.text', 'bgp.text']) rmSync(join(this.folder, shown), { force: true });
    this.#write('version', version);
  }

  /** Seconds since boot. It advances when work takes time or a program sleeps, and never by itself. */
  get uptime(): number {
    return Number(readFileSync(join(this.folder, 'proc/uptime'), 'utf8').split(' ')[0]);
  }

  /** Seconds go by; timers that are due meanwhile are not run (see `fireTimers`). */
  pass(seconds: number): void {
    this.#python('import simulated, sys; simulated.pass_time(float(sys.argv[1]))', [String(seconds)]);
  }

  /** Names of the timers that would fire. */
  get timers(): readonly string[] {
    const folder = join(this.folder, 'timers');
    return existsSync(folder) ? readdirSync(folder).map((name) => name.replace(/\.json$/, '')) : [];
  }

  /** The time of each timer comes once, unless another one's run has stopped it. */
  fireTimers(): void {
    for (const name of this.timers) {
      if (!this.timers.includes(name)) continue;
      const timer = this.#read(`timers/${name}`) as Timer;
      this.pass(Math.max(0, timer.due - this.uptime));
      if (timer.every === 0) rmSync(join(this.folder, 'timers', `${name}.json`));
      else this.#write(`timers/${name}`, { ...timer, due: timer.due + timer.every });
      const [program, ...args] = timer.command;
      const path = `${this.shell.path}:/usr/bin:/bin`;
      execFileSync(join(this.shell.path, program), args, { env: { ...this.#env, ...timer.env, PATH: path } });
    }
  }

  /** Boots another image, which migrates what it boots with as VyOS does. */
  upgrade(version: string): void {
    this.#python('import backend, sys; backend.upgrade(sys.argv[1])', [version]);
  }

  /** Reboots: the boot configuration, with an empty memory. */
  reboot(): void {
    this.#python('import backend; backend.restart()');
  }

  /** The disk that `backend` makes of lines or commands, in words. */
  static #diskOf(installation: Installation, words: readonly (readonly string[])[], version: string): DiskImage {
    const key = JSON.stringify([installation, version, words]);
    const known = installed.get(key);
    if (known !== undefined) return known;
    const folder = mkdtempSync(join(tmpdir(), 'vyos-disk-'));
    new SimulatedVyos(folder).#fill(installation, words, version);
    const disk = readDisk(folder);
    rmSync(folder, { recursive: true });
    installed.set(key, disk);
    return disk;
  }

  #fill(installation: Installation, words: readonly (readonly string[])[], version: string): void {
    this.#write('version', version);
    const program = `import json, sys, backend; backend.${installation}(json.load(sys.stdin), sys.argv[1])`;
    this.#python(program, [version], words);
  }

  #python(program: string, args: readonly string[] = [], given: unknown = null): void {
    const options = { env: { ...this.#env, PATH: '/usr/bin:/bin' }, input: JSON.stringify(given) };
    execFileSync('/usr/bin/python3', ['-S', '-c', program, ...args], options);
  }

  get #env(): Record<string, string> {
    return {
      SIMULATED_VYOS: this.folder,
      PYTHONPATH: join(HERE, 'python'),
      VYOS_FAILOVER_ROOT: this.folder,
      VYOS_FAILOVER_RUN: join(this.folder, 'run'),
    };
  }

  /** As `forget_bgp` in simulated.py. */
  #forgetBgp(): void {
    const isJoined = existsSync(join(this.folder, 'network.json'));
    const { routers } = isJoined ? (this.#read('network') as { routers: Record<string, string> }) : { routers: {} };
    for (const folder of [this.folder, ...Object.values(routers)]) rmSync(join(folder, 'bgp.text'), { force: true });
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
