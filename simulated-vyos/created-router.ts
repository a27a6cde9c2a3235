import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ShellFixture } from '#emulator/account.ts';
import { cloudInit } from './cloud-init.ts';
import { inFolder, RunningUnits } from './running-units.ts';
import { SimulatedVyos } from './simulated-vyos.ts';

export interface LaunchedInstance {
  readonly userData: Buffer;
  /** `http://127.0.0.1:PORT`: what 169.254.169.254 is inside the instance. */
  readonly metadata: string;
  /** One URL for all services of AWS. */
  readonly endpoint: string;
  /** Gets what the router writes to its serial console. Default: nothing does. */
  readonly console?: (text: string) => void;
  /** The release of VyOS in its image. Default `1.4.0`. */
  readonly version?: string;
  /** Where its processes run. There its systemd units run, too. Default: beside others, and units are only states. */
  readonly place?: Place;
}

/** A network namespace with the daemons of a router. */
export interface Place {
  /** Put before each program: what takes it there. */
  readonly enter: readonly string[];
  /** Put before PATH: programs of the daemons, such as `vtysh`. */
  readonly path: string;
}

/** Seconds of real time for which a waiting boot program rests before each attempt. Its own waits take none. */
const REST_S = '0.05';

/**
 * An instance of a VyOS image, from power on: cloud-init's two modules, VyOS's boot script, and what it starts, all below one
 * folder. Its programs are those that its user data and its bundle bring; of systemd's units only the states are simulated.
 */
export class CreatedRouter {
  readonly vyos: SimulatedVyos;
  /** `http://127.0.0.1:PORT`: what 169.254.169.254 is inside the instance. */
  readonly metadata: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #processes = new Set<ChildProcess>();
  readonly #consoleWatcher: FSWatcher;
  readonly #place: Place | undefined;
  #agentWatcher: FSWatcher | undefined;
  #units: RunningUnits | undefined;
  #services: Promise<unknown> = Promise.resolve();
  #isOn = false;

  /** @param folder of its disk, which is empty */
  constructor(folder: string, { userData, metadata, endpoint, console, version = '1.4.0', place }: LaunchedInstance) {
    this.#place = place;
    this.metadata = metadata;
    for (const name of ['dev', 'var/log', 'systemd', 'services', 'sys/class/tty/console'])
      mkdirSync(join(folder, name), { recursive: true });
    // The kernel's console is the screen, which EC2 does not return as text.
    for (const name of ['console', 'ttyS0']) writeFileSync(join(folder, 'dev', name), '');
    writeFileSync(join(folder, 'sys/class/tty/console/active'), 'tty0\n');
    this.vyos = SimulatedVyos.installImage(folder, cloudInit(userData, folder), version);
    // VyOS uses the name servers of a DHCP lease only where it is told to.
    const resolves = this.vyos.running.some((line) => line.startsWith('set system name-server '));
    const aws = resolves ? endpoint : 'http://no-name-server.invalid';
    this.vyos.connect(metadata, aws);
    let shown = 0;
    this.#consoleWatcher = watch(join(folder, 'dev'), () => {
      const text = this.console;
      console?.(text.slice(shown));
      shown = text.length;
    });
    this.#env = {
      ...this.vyos.shell.env,
      PATH: [...(place === undefined ? [] : [place.path]), this.vyos.shell.path, '/usr/sbin', '/usr/bin', '/bin'].join(
        ':',
      ),
      SIMULATED_REST_S: REST_S,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata,
      ...Object.fromEntries(['SSM', 'S3', 'DYNAMODB'].map((service) => [`AWS_ENDPOINT_URL_${service}`, aws])),
    };
  }

  /** For Run Command: what the agent runs finds the metadata service and AWS, as the router's own programs do. */
  get shell(): ShellFixture {
    return { path: this.vyos.shell.path, env: this.#env };
  }

  /** Power on: runs the boot script to its end, and starts the services that it asks systemd for. */
  async start(): Promise<void> {
    this.#isOn = true;
    if (this.#place !== undefined)
      this.#units = new RunningUnits(this.vyos.folder, (command) => this.#spawn('/bin/sh', ['-c', command]));
    const script = readFileSync(join(this.vyos.folder, 'config/scripts/vyos-postconfig-bootup.script'), 'utf8');
    const boot = this.#spawn('/bin/sh', ['-c', inFolder(this.vyos.folder, script)], 'pipe');
    const ended = once(boot, 'exit') as Promise<[number | null]>;
    const [said, [status]] = await Promise.all([boot.stderr === null ? '' : text(boot.stderr), ended]);
    if (!this.#isOn) return;
    if (status !== 0) throw new Error(`the boot script ended with ${status}: ${said}`);
    const folder = join(this.vyos.folder, 'services');
    const names = existsSync(folder) ? readdirSync(folder) : [];
    this.#services = Promise.all(names.map((name) => new Promise<void>((resolve) => this.#run(name, resolve))));
  }

  /** Until the services that its boot script started have done their work, or its power is off. */
  async served(): Promise<void> {
    await this.#services;
  }

  /** Power off for good. */
  async end(): Promise<void> {
    await this.stop();
    this.#consoleWatcher.close();
  }

  /** Power off, in the middle of everything. */
  async stop(): Promise<void> {
    this.#isOn = false;
    this.#agentWatcher?.close();
    this.#units?.stop();
    const ended = [...this.#processes].map((each) => once(each, 'exit'));
    this.kill();
    await Promise.all(ended);
  }

  /** Power on after `stop`, with the disk as it was. */
  async startAgain(): Promise<void> {
    for (const name of ['systemd', 'services']) rmSync(join(this.vyos.folder, name), { recursive: true, force: true });
    mkdirSync(join(this.vyos.folder, 'systemd'));
    this.vyos.reboot();
    await this.start();
  }

  async reboot(): Promise<void> {
    await this.stop();
    await this.startAgain();
  }

  /** Ends its processes by SIGKILL; systemd starts services again. */
  kill(): void {
    this.signal('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    for (const { pid } of this.#processes) if (pid !== undefined) process.kill(-pid, signal);
  }

  /** Whether its SSM agent runs. */
  get hasAgent(): boolean {
    return existsSync(join(this.vyos.folder, 'systemd/amazon-ssm-agent.service'));
  }

  /** Reports when its SSM agent starts, and when systemd stops it, until the power goes off. */
  onAgent({ starts, stops }: { readonly starts: () => void; readonly stops: () => void }): void {
    let runs = false;
    const check = () => {
      if (this.hasAgent === runs) return;
      runs = !runs;
      (runs ? starts : stops)();
    };
    this.#agentWatcher = watch(join(this.vyos.folder, 'systemd'), check);
    check();
  }

  /** Whether its boot program has finished. */
  get isBuilt(): boolean {
    return existsSync(join(this.vyos.folder, 'config/vyos-failover/built'));
  }

  /** What its serial port has shown, which EC2 returns as the console. */
  get console(): string {
    return readFileSync(join(this.vyos.folder, 'dev/ttyS0'), 'utf8');
  }

  /** One that fails or is killed is started again (Restart=on-failure). `ended`: called when it is not. */
  #run(name: string, ended: () => void): void {
    const command = readFileSync(join(this.vyos.folder, 'services', name), 'utf8');
    const [program = '', ...args] = JSON.parse(command) as string[];
    this.#spawn(program, args).once('exit', (status) => {
      if (status !== 0 && this.#isOn) this.#run(name, ended);
      else ended();
    });
  }

  #spawn(program: string, args: readonly string[], stderr: 'pipe' | 'ignore' = 'ignore'): ChildProcess {
    const [first = program, ...rest] = [...(this.#place?.enter ?? []), program, ...args];
    const child = spawn(first, rest, { env: this.#env, detached: true, stdio: ['ignore', 'ignore', stderr] });
    this.#processes.add(child);
    child.once('exit', () => this.#processes.delete(child));
    return child;
  }
}
