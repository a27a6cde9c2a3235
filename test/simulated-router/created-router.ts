import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, type FSWatcher, mkdirSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { SimulatedVyos } from '#lab/simulated-vyos/simulated-vyos.ts';
import { cloudInit } from './cloud-init.ts';

export interface LaunchedInstance {
  readonly userData: Buffer;
  /** `http://127.0.0.1:PORT`: what 169.254.169.254 is inside the instance. */
  readonly metadata: string;
  /** One URL for all services of AWS. */
  readonly endpoint: string;
  /** The release of VyOS in its image. Default `1.4.0`. */
  readonly version?: string;
}

/** Seconds of real time for which a waiting boot program rests before each attempt. Its own waits take none. */
const REST_S = '0.05';

/**
 * An instance of a VyOS image, from power on: cloud-init's two modules, VyOS's boot script, and what it starts, all below one
 * folder. Its programs are those that its user data and its bundle bring.
 */
export class CreatedRouter {
  readonly vyos: SimulatedVyos;
  readonly #env: Readonly<Record<string, string>>;
  readonly #services = new Map<string, ChildProcess>();
  readonly #watchers: FSWatcher[] = [];
  #isOn = false;

  /** @param folder of its disk, which is empty */
  constructor(folder: string, { userData, metadata, endpoint, version = '1.4.0' }: LaunchedInstance) {
    for (const name of ['dev', 'var/log', 'systemd', 'services']) mkdirSync(join(folder, name), { recursive: true });
    this.vyos = SimulatedVyos.installImage(folder, cloudInit(userData, folder), version);
    this.vyos.connect(metadata, endpoint);
    this.#env = {
      ...this.vyos.shell.env,
      PATH: `${this.vyos.shell.path}:/usr/bin:/bin`,
      SIMULATED_REST_S: REST_S,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata,
      ...Object.fromEntries(['SSM', 'S3', 'DYNAMODB'].map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint])),
    };
  }

  /** Power on: runs the boot script to its end, and starts the services that it asks systemd for. */
  start(): void {
    this.#isOn = true;
    const script = join(this.vyos.folder, 'config/scripts/vyos-postconfig-bootup.script');
    const { status, stderr } = spawnSync('/bin/sh', ['-c', this.#inFolder(readFileSync(script, 'utf8'))], {
      env: this.#env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the boot script ended with ${status}: ${stderr}`);
    const folder = join(this.vyos.folder, 'services');
    for (const name of existsSync(folder) ? readdirSync(folder) : []) this.#run(name);
  }

  /** Power off, in the middle of everything. */
  async stop(): Promise<void> {
    this.#isOn = false;
    for (const watcher of this.#watchers.splice(0)) watcher.close();
    const ended = [...this.#services.values()].map(
      (service) => new Promise((resolve) => service.once('exit', resolve)),
    );
    this.kill();
    await Promise.all(ended);
  }

  async reboot(): Promise<void> {
    await this.stop();
    for (const name of ['systemd', 'services']) rmSync(join(this.vyos.folder, name), { recursive: true, force: true });
    mkdirSync(join(this.vyos.folder, 'systemd'));
    this.vyos.reboot();
    this.start();
  }

  /** Ends the services' processes by SIGKILL; systemd starts them again. */
  kill(): void {
    for (const { pid } of this.#services.values()) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }

  /** Whether its SSM agent runs. */
  get hasAgent(): boolean {
    return existsSync(join(this.vyos.folder, 'systemd/amazon-ssm-agent.service'));
  }

  /** Calls `listener` once, as soon as its SSM agent runs. */
  onAgent(listener: () => void): void {
    let isDone = false;
    const check = () => {
      if (isDone || !this.hasAgent) return;
      isDone = true;
      listener();
    };
    this.#watchers.push(watch(join(this.vyos.folder, 'systemd'), check));
    check();
  }

  /** Whether its boot program has finished. */
  get isBuilt(): boolean {
    return existsSync(join(this.vyos.folder, 'config/vyos-failover/built'));
  }

  /** What its console has shown. */
  get console(): string {
    const file = join(this.vyos.folder, 'dev/console');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** One that fails or is killed is started again (Restart=on-failure). */
  #run(name: string): void {
    const [program = '', ...args] = JSON.parse(
      readFileSync(join(this.vyos.folder, 'services', name), 'utf8'),
    ) as string[];
    const service = spawn(program, args, { env: this.#env, detached: true, stdio: 'ignore' });
    this.#services.set(name, service);
    service.once('exit', (status) => {
      this.#services.delete(name);
      if (status !== 0 && this.#isOn) this.#run(name);
    });
  }

  /** /config of this router. */
  #inFolder(text: string): string {
    return text.replaceAll(/(?<![\w.-])\/config\//g, `${this.vyos.folder}/config/`);
  }
}
