import type { ChildProcess } from 'node:child_process';
import { existsSync, type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';

const RESTART_MS = 500;
/** Of these units: RestartPreventExitStatus. */
const MISTAKE = 2;

/**
 * Runs the units of vyos-failover that systemd was asked to start, and starts those that end again (Restart=always). The states
 * of units are files of the folder `systemd` (`bin/systemctl`).
 */
export class RunningUnits {
  readonly #folder: string;
  readonly #spawn: (command: string) => ChildProcess;
  readonly #running = new Set<string>();
  readonly #watcher: FSWatcher;
  #isOn = true;

  /** @param folder of the router's disk */
  constructor(folder: string, spawn: (command: string) => ChildProcess) {
    this.#folder = folder;
    this.#spawn = spawn;
    this.#watcher = watch(join(folder, 'systemd'), () => this.#startNew());
    this.#startNew();
  }

  /** Starts none again. The caller ends those that run. */
  stop(): void {
    this.#isOn = false;
    this.#watcher.close();
  }

  #startNew(): void {
    for (const unit of readdirSync(join(this.#folder, 'systemd'))) {
      if (!/^vyos-failover-.*\.service$/.test(unit) || this.#running.has(unit)) continue;
      this.#running.add(unit);
      this.#start(unit);
    }
  }

  #start(unit: string): void {
    const file = join(this.#folder, 'etc/systemd/system', unit);
    const command = existsSync(file) ? /^ExecStart=(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
    if (command === undefined || !this.#isOn) return void this.#running.delete(unit);
    this.#spawn(`exec ${inFolder(this.#folder, command)}`).once('exit', (status) => {
      if (status !== MISTAKE) setTimeout(() => this.#start(unit), RESTART_MS).unref();
    });
  }
}

/** A script with /config of this router. */
export function inFolder(folder: string, script: string): string {
  return script.replaceAll(/(?<![\w.-])\/config\//g, `${folder}/config/`);
}
