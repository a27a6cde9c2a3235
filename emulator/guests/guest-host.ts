import type { ShellFixture } from '#emulator/account.ts';

/**
 * Where the operating systems of launched instances run: a simulated machine of a test, or a network namespace of a lab.
 * `StartOptions.guests`. Without it a launched instance is an empty machine: it is `running`, and no SSM agent registers.
 * Instances of the account fixture have no guest here: what they run is the fixture's own.
 */
export interface GuestHost {
  /**
   * The first boot of an instance, when its operating system is up (`LifecycleTimes.bootMs` after `running`): the guest now
   * runs its user data. Returns at once; what the boot does goes on afterwards. What it throws is recorded as
   * `undelivered`, and the machine stays empty.
   */
  launch(machine: Machine): RunningGuest;
}

/** What an instance's operating system finds when it boots. */
export interface Machine {
  /** `i-…` */
  readonly instance: string;
  readonly region: string;
  /** Availability Zone. */
  readonly zone: string;
  /** `ami-…` */
  readonly image: string;
  readonly type: string;
  /** As the launch stated it, decoded from Base64: text, or gzip. Undefined: none. */
  readonly userData: Buffer | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** By device index; the first is the primary one. */
  readonly interfaces: readonly MachineInterface[];
  /** `http://127.0.0.1:<port>`: what 169.254.169.254 is inside it. It answers while the guest runs. */
  readonly metadataUrl: string;
  /** All AWS services: for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** The SSM agent in the guest. */
  readonly agent: MachineAgent;
  /** Writes to the serial console, which GetConsoleOutput shows: the last 64 KB. */
  readonly console: (text: string) => void;
}

export interface MachineInterface {
  /** `eni-…` */
  readonly id: string;
  /** Private IPv4 address. */
  readonly address: string;
  /** Block of its subnet: the first address behind the network's own is the VPC's router. */
  readonly subnet: string;
  /** Its Elastic IP address at the moment of the boot. */
  readonly publicAddress: string | undefined;
  readonly deviceIndex: number;
}

/** The guest's SSM agent as Systems Manager sees it. A registration lasts through reboots and ends with the instance. */
export interface MachineAgent {
  /** From now on Run Command reaches the guest: scripts run in `shell`. Waiting commands begin. */
  register(shell: ShellFixture, options?: { /** e.g. `3.3.2746.0`, the default */ readonly version?: string }): void;
  /** The agent does not run: commands for it wait. */
  disconnect(): void;
  /** The agent is deregistered or removed: commands are refused. */
  unregister(): void;
}

/** A guest from the first boot to the end of its instance. Each function returns at once and is not called twice in a row. */
export interface RunningGuest {
  /** Boots again after `halt`, with the disk as it was. */
  boot(): void;
  /** Power goes off: a stop, or the first half of a reboot. Nothing in it runs any more. */
  halt(): void;
  /** It hangs, as a kernel does in a deadlock: nothing in it runs, nothing of it is lost. */
  freeze(): void;
  /** It runs on after `freeze`. */
  resume(): void;
  /** The instance is terminated, and its disk deleted. Called once, and nothing after it; also when the emulator closes. */
  terminate(): void;
}
