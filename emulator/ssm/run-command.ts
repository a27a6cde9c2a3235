import { randomUUID } from 'node:crypto';
import type { Guests } from '#emulator/ec2/guests.ts';
import type { Clock, RecordHappening } from '#emulator/service.ts';
import type { Agents } from './agents.ts';
import { type Command, type Invocation, isFinished, newInvocation, type StatusDetails, statusFor } from './command.ts';
import { type RunningScript, runScript } from './script-runner.ts';

interface RunCommandOptions {
  readonly guests: Guests;
  readonly agents: Agents;
  readonly clock: Clock;
  readonly record: RecordHappening;
  /** From SendCommand until the agent has the command, ms. */
  readonly deliveryMs: number;
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The agent's own code for a script that it had to kill (CommandStoppedPreemptivelyExitCode in amazon-ssm-agent). */
const killedCode = 137;

/** Commands and their way through Pending, InProgress and an end, on every instance of every region. */
export class RunCommand {
  readonly #options: RunCommandOptions;
  readonly #commands = new Map<string, Command>();
  readonly #running = new Map<Invocation, RunningScript>();

  constructor(options: RunCommandOptions) {
    this.#options = options;
    options.guests.onChange(({ region, instance, responsive }) => {
      for (const { command, invocation } of this.#on(region, instance)) {
        if (responsive) this.#start(command, invocation);
        else this.#lose(invocation);
      }
    });
    options.agents.onChange(({ region, instance, state }) => {
      if (state !== 'online') return;
      for (const { command, invocation } of this.#on(region, instance)) this.#start(command, invocation);
    });
  }

  find(region: string, id: string): Command | undefined {
    return this.#commands.get(`${region}/${id}`);
  }

  list(region: string): Command[] {
    return [...this.#commands.values()].filter((each) => each.region === region);
  }

  /** Accepts the command and returns at once. */
  send(request: Omit<Command, 'id' | 'requestedAt' | 'invocations'>, instances: readonly string[]): Command {
    const { clock } = this.#options;
    const invocations = instances.map(newInvocation);
    const command: Command = { ...request, id: randomUUID(), requestedAt: clock.now(), invocations };
    this.#commands.set(`${command.region}/${command.id}`, command);
    for (const invocation of invocations) void this.#deliver(command, invocation);
    return command;
  }

  /** Ends what has not ended. */
  cancel(command: Command, instances: readonly string[]): void {
    for (const invocation of command.invocations) {
      if (instances.length > 0 && !instances.includes(invocation.instance)) continue;
      this.#end(command, invocation, { details: 'Cancelled', responseCode: killedCode });
    }
  }

  /** Kills every script that runs, for the emulator's own end. */
  close(): void {
    for (const invocation of this.#running.keys()) this.#lose(invocation);
  }

  async #deliver(command: Command, invocation: Invocation): Promise<void> {
    const { clock, deliveryMs } = this.#options;
    this.#note(command, invocation);
    void this.#expire(command, invocation);
    if (deliveryMs > 0) await clock.sleep(deliveryMs);
    if (isFinished(invocation)) return;
    const failure = this.#options.agents.failure(command.region, invocation.instance);
    if (failure !== undefined) return this.#end(command, invocation, { details: failure, responseCode: -1 });
    // The service shows InProgress whether or not an agent is connected.
    this.#become(command, invocation, 'InProgress');
    this.#start(command, invocation);
  }

  /** Delivery timeout: TimeoutSeconds and the execution timeout together. */
  async #expire(command: Command, invocation: Invocation): Promise<void> {
    const day = 86_400_000;
    // In pieces: a Node timer over 2^31 ms, as 30 days are, fires at once.
    for (let left = command.timeoutSeconds * 1000 + command.script.timeoutMs; left > 0; left -= day) {
      await this.#options.clock.sleep(Math.min(left, day));
      if (isFinished(invocation)) return;
    }
    const details = invocation.startedAt === undefined ? 'DeliveryTimedOut' : 'ExecutionTimedOut';
    this.#end(command, invocation, { details, responseCode: -1 });
  }

  /** Delivers the command if the agent answers in time. A rebooted router may still get an old command. */
  #start(command: Command, invocation: Invocation): void {
    const { guests, clock, agents } = this.#options;
    const guest = guests.find(command.region, invocation.instance);
    const tooLate = clock.now() >= command.requestedAt + command.timeoutSeconds * 1000;
    if (guest?.shell === undefined || !guest.responsive || tooLate) return;
    if (!this.#isHeard(command, invocation)) return;
    if (invocation.status !== 'InProgress' || invocation.startedAt !== undefined) return;
    invocation.startedAt = clock.now();
    const { path, env, enter } = guest.shell;
    const environment = {
      AWS_SSM_INSTANCE_ID: invocation.instance,
      AWS_SSM_REGION_NAME: command.region,
      ...env,
      ...(agents.knowsVariables(command.region, invocation.instance) && command.script.env),
      PATH: `${path}:${env?.['PATH'] ?? systemPath}`,
    };
    const running = runScript(command.script.text, environment, enter);
    this.#running.set(invocation, running);
    void this.#finish(command, invocation, running);
    void this.#limit(command, invocation, running);
  }

  async #finish(command: Command, invocation: Invocation, running: RunningScript): Promise<void> {
    const { exitCode, stdout, stderr } = await running.done;
    if (this.#running.get(invocation) !== running) return;
    this.#running.delete(invocation);
    // Its processes continue without the agent; their result is never reported.
    if (!this.#isHeard(command, invocation)) return;
    const details = exitCode === 0 ? 'Success' : 'Failed';
    const failure = exitCode === 0 ? '' : `failed to run commands: exit status ${exitCode}`;
    this.#end(command, invocation, { details, responseCode: exitCode, stdout, stderr: stderr + failure });
  }

  async #limit(command: Command, invocation: Invocation, running: RunningScript): Promise<void> {
    await this.#options.clock.sleep(command.script.timeoutMs);
    if (this.#running.get(invocation) !== running) return;
    if (!this.#isHeard(command, invocation)) this.#lose(invocation);
    else this.#end(command, invocation, { details: 'ExecutionTimedOut', responseCode: killedCode });
  }

  #isHeard({ region }: Command, { instance }: Invocation): boolean {
    return this.#options.agents.get(region, instance) === 'online';
  }

  /** The instance failed during the command: the service is not informed and continues to wait. */
  #lose(invocation: Invocation): void {
    const running = this.#running.get(invocation);
    this.#running.delete(invocation);
    running?.kill();
  }

  #end(
    command: Command,
    invocation: Invocation,
    end: { details: StatusDetails; responseCode: number; stdout?: string; stderr?: string },
  ): void {
    if (isFinished(invocation)) return;
    this.#lose(invocation);
    invocation.endedAt = this.#options.clock.now();
    invocation.responseCode = end.responseCode;
    invocation.stdout = end.stdout ?? '';
    invocation.stderr = end.stderr ?? '';
    this.#become(command, invocation, end.details);
  }

  #become(command: Command, invocation: Invocation, details: StatusDetails): void {
    invocation.details = details;
    invocation.status = statusFor(details);
    this.#note(command, invocation);
  }

  #note(command: Command, { instance, details }: Invocation): void {
    this.#options.record({
      kind: 'command',
      at: this.#options.clock.now(),
      region: command.region,
      commandId: command.id,
      instance,
      document: command.document.name,
      status: details,
    });
  }

  #on(region: string, instance: string): { command: Command; invocation: Invocation }[] {
    return this.list(region).flatMap((command) =>
      command.invocations
        .filter((invocation) => invocation.instance === instance && !isFinished(invocation))
        .map((invocation) => ({ command, invocation })),
    );
  }
}
