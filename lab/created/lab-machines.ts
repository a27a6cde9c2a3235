import type { GuestHost, Machine, RunningGuest } from '#emulator/guests/guest-host.ts';
import { LabMachine, type Surroundings } from './machine.ts';

/** Launched instances as routers of the lab. */
export class LabMachines implements GuestHost {
  readonly #surroundingsOf: (machine: Machine) => Promise<Surroundings>;
  readonly #onFault: (error: unknown) => void;
  /** What is being done, by network interface: its next instance is plugged in when the one before is gone. */
  readonly #work = new Map<string, Promise<void>>();

  /**
   * @param surroundingsOf what a machine has around it
   * @param onFault called for whatever fails in a machine
   */
  constructor(surroundingsOf: (machine: Machine) => Promise<Surroundings>, onFault: (error: unknown) => void) {
    this.#surroundingsOf = surroundingsOf;
    this.#onFault = onFault;
  }

  launch(machine: Machine): RunningGuest {
    let launched: LabMachine | undefined;
    const at = machine.interfaces[0]?.id ?? machine.instance;
    // Power switches are used one after the other.
    const after = (act: () => Promise<unknown> | undefined) => {
      const work = (this.#work.get(at) ?? Promise.resolve()).then(async () => void (await act())).catch(this.#onFault);
      this.#work.set(at, work);
    };
    after(async () => {
      launched = new LabMachine(machine, await this.#surroundingsOf(machine));
      await launched.launch();
    });
    return {
      boot: () => after(() => launched?.boot()),
      halt: () => after(() => launched?.halt()),
      freeze: () => after(() => launched?.freeze()),
      resume: () => after(() => launched?.resume()),
      terminate: () => after(() => launched?.terminate()),
    };
  }

  /** Until everything that was asked of the machines is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#work.values());
  }
}
