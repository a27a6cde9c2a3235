import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { RUN_NAME } from '#acceptance/account/run-topology.ts';
import type { AcceptancePorts } from '#acceptance/ports.ts';
import { awsCloud } from '#acceptance/process-ports.ts';
import { processEnvironment } from '#cli/process-environment.ts';
import type { SiteView } from '#cli/views/site-view.ts';
import { withHosts } from '#simulated-vyos/simulated-host.ts';
import type { Topology } from '#topology/topology.ts';
import { commandLine } from '../cli/command-line.ts';
import { CreatedWorld } from '../created/created-world.ts';

const HOST_IMAGE = {
  id: 'ami-0a1b2c3d4e5f60009',
  name: 'al2023',
  owner: '137112412989',
  architecture: 'arm64',
} as const;
const HOST_PARAMETER = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** So many readings of the status are minutes; an agent that stops has stopped by then. */
const READINGS_OF_MINUTES = 8;

/** An account that is emulated, with nothing in it, and an operator whose clock goes by as the run waits. */
export class AcceptanceAccount {
  readonly world: CreatedWorld;
  readonly ports: AcceptancePorts;
  readonly shown: string[] = [];
  readonly written = new Map<string, string>();
  #waited = 0;
  /** What `status` shows of a failure that moves no routes, once it has lasted for minutes: the functions' clock does not go by. */
  #failure: { readonly says: string; readings: number } | undefined;

  private constructor(world: CreatedWorld, assembly: () => string) {
    this.world = world;
    for (const [name, value] of Object.entries(world.operator)) vi.stubEnv(name, value);
    let isDeployed = false;
    const wait = async (ms: number, signal: AbortSignal | undefined) => {
      // Questions take as long here as at a desk, and are asked less often.
      this.#waited += 3 * ms;
      // Before the deployment there are no routers and no probe.
      if (isDeployed) await world.settle(ms);
      else await sleep(200);
      signal?.throwIfAborted();
    };
    const now = () => Date.now() + this.#waited;
    this.ports = {
      cloud: this.#cloud(),
      cli: async (line, topologyFile, signal) => {
        const env = { ...world.operator, VYOS_FAILOVER_TOPOLOGY: topologyFile };
        // Its clock goes by only as it waits itself: the times of EC2 that it compares with are those of the emulator.
        let waited = 0;
        const environment = {
          ...processEnvironment(env),
          now: () => Date.now() + waited,
          sleep: async (ms: number) => {
            waited += 3 * ms;
            await wait(ms, signal);
          },
        };
        const { exitCode, stdout } = await commandLine([...line, '--json'], { env, signal, environment });
        return { exitCode, view: this.#withFailure(line, JSON.parse(stdout)) };
      },
      deploy: async () => {
        await world.emulator.deploy(assembly());
        isDeployed = true;
        await world.machines.settled();
      },
      ask: () => Promise.resolve('123456789012'),
      show: (line) => void this.shown.push(line),
      write: (name, text) => {
        this.written.set(name, text);
        return name;
      },
      now,
      sleep: wait,
      newId: () => crypto.randomUUID(),
      endpoint: world.emulator.endpoint,
    };
  }

  /** @param topology under the name of the run */
  static async open(topology: Topology, assembly: () => string): Promise<AcceptanceAccount> {
    if (topology.name !== RUN_NAME) throw new Error(`the topology is ${topology.name}, not ${RUN_NAME}`);
    const world = await CreatedWorld.start({
      topology,
      // Measuring hosts whose user data is a shell script are machines that do nothing.
      guests: withHosts,
      region: (plain) => ({
        ...plain,
        images: [...(plain.images ?? []), HOST_IMAGE],
        parameters: [{ name: HOST_PARAMETER, type: 'String', value: HOST_IMAGE.id }],
      }),
    });
    return new AcceptanceAccount(world, assembly);
  }

  #cloud(): AcceptancePorts['cloud'] {
    return {
      ...awsCloud,
      runScript: (region, request, time) => {
        const isQuiet = /192\.0\.2\.1|stop amazon-ssm-agent/.test(request.script);
        this.#failure = isQuiet ? { says: 'a router has failed', readings: 0 } : undefined;
        return awsCloud.runScript(region, request, time);
      },
      rebootInstance: (...of) => {
        this.#failure = undefined;
        return awsCloud.rebootInstance(...of);
      },
    };
  }

  #withFailure([command]: readonly string[], view: unknown): unknown {
    if (command !== 'status' || this.#failure === undefined) return view;
    this.#failure.readings += 1;
    const { says, readings } = this.#failure;
    if (readings < READINGS_OF_MINUTES) return view;
    const { sites } = view as { readonly sites: readonly SiteView[] };
    return { sites: sites.map((site) => ({ ...site, healthy: false, attention: [...site.attention, says] })) };
  }

  /** What is left in the account, in words. */
  left(topology: Topology): string[] {
    const { emulator } = this.world;
    return [
      ...emulator.stacks,
      ...topology.sites.flatMap(({ region }) => {
        const { instances, vpcs, interfaces, addresses } = emulator.ec2.state(region);
        const running = [...instances.values()].filter(({ state }) => state !== 'terminated').map(({ id }) => id);
        return [...running, ...vpcs.keys(), ...interfaces.keys(), ...addresses.keys()];
      }),
    ];
  }

  async close(): Promise<void> {
    vi.unstubAllEnvs();
    await this.world.close();
  }
}
