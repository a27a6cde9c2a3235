import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { GuestHost, Machine, RunningGuest } from '#emulator/guests/guest-host.ts';
import { CreatedRouter } from './created-router.ts';

/** The guests of launched instances: each is a `CreatedRouter`, whose disk is a folder. */
export class SimulatedRouters implements GuestHost {
  /** By instance. A terminated one is no longer there. */
  readonly routers = new Map<string, CreatedRouter>();
  readonly #folder: string;
  readonly #versionOf: (machine: Machine) => string;
  readonly #failures: unknown[] = [];
  #work: Promise<void> = Promise.resolve();

  /**
   * @param folder in which the disks are
   * @param versionOf the release of VyOS in an instance's image
   */
  constructor(folder: string, versionOf: (machine: Machine) => string = () => '1.4.0') {
    this.#folder = folder;
    this.#versionOf = versionOf;
  }

  launch(machine: Machine): RunningGuest {
    const { instance, userData, metadataUrl, endpoint, console, agent } = machine;
    if (userData === undefined) throw new Error('a VyOS without user data does nothing');
    const disk = join(this.#folder, instance);
    const version = this.#versionOf(machine);
    const router = new CreatedRouter(disk, { userData, metadata: metadataUrl, endpoint, console, version });
    this.routers.set(instance, router);
    const start = (how: () => Promise<void>) => {
      this.#after(async () => {
        const started = how();
        router.onAgent({ starts: () => agent.register(router.shell), stops: () => agent.disconnect() });
        await started;
      });
    };
    start(() => router.start());
    return {
      boot: () => start(() => router.startAgain()),
      halt: () => this.#after(() => router.stop()),
      freeze: () => router.signal('SIGSTOP'),
      resume: () => router.signal('SIGCONT'),
      terminate: () => {
        this.routers.delete(instance);
        this.#after(async () => {
          await router.end();
          rmSync(disk, { recursive: true, force: true });
        });
      },
    };
  }

  /** The router with this host name; undefined: none was launched. */
  named(name: string): CreatedRouter | undefined {
    return [...this.routers.values()].find(({ vyos }) => vyos.running.includes(`set system host-name ${name}`));
  }

  /** Until everything that was asked of the guests is done. Throws what went wrong in it. */
  async settled(): Promise<void> {
    await this.#work;
    if (this.#failures.length > 0) throw new AggregateError(this.#failures);
  }

  /** Until every router that was started is built, too. One that waits for something keeps the caller waiting. */
  async built(): Promise<void> {
    await this.settled();
    await Promise.all([...this.routers.values()].map((router) => router.served()));
  }

  /** Power switches are used one after the other. */
  #after(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => void this.#failures.push(error));
  }
}
