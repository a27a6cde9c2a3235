import { writeToConsole } from '#emulator/ec2/operations/instance.ts';
import type { Ec2 } from '#emulator/ec2/service.ts';
import { elasticIpOn } from '#emulator/ec2/state.ts';
import type { Metadata } from '#emulator/metadata/service.ts';
import type { RecordHappening } from '#emulator/service.ts';
import type { Agents } from '#emulator/ssm/agents.ts';
import type { GuestHost, Machine, MachineAgent, MachineInterface, RunningGuest } from './guest-host.ts';

interface Parts {
  readonly ec2: Ec2;
  readonly agents: Agents;
  readonly metadata: Pick<Metadata, 'serve' | 'end'>;
  readonly endpoint: string;
  readonly now: () => number;
  readonly record: RecordHappening;
  /** Undefined: launched instances are empty machines. */
  readonly host: GuestHost | undefined;
}

/** Gives each launched instance its metadata service and, if there is a host, its guest. Returns what ends all guests. */
export function runLaunchedGuests(parts: Parts): () => void {
  const { ec2 } = parts;
  const fixture = new Set(ec2.regions.flatMap((region) => [...ec2.state(region).instances.keys()]));
  const running = new Map<string, RunningGuest>();
  ec2.guests.onEvent(({ region, instance, event }) => {
    if (fixture.has(instance)) return;
    const guest = running.get(instance);
    if (event === 'terminate') {
      running.delete(instance);
      parts.agents.set(region, instance, 'unregistered');
      void parts.metadata.end(region, instance);
    }
    if (guest !== undefined) guest[event]();
    else if (event === 'boot') void launch(region, instance);
  });

  async function launch(region: string, instance: string): Promise<void> {
    parts.agents.set(region, instance, 'unregistered');
    const metadataUrl = await parts.metadata.serve(region, instance);
    if (parts.host === undefined || ec2.guests.find(region, instance)?.responsive !== true) return;
    try {
      running.set(instance, parts.host.launch(machineOf(region, instance, metadataUrl, parts)));
    } catch (error) {
      const reason = `its guest cannot run: ${error instanceof Error ? error.message : String(error)}`;
      parts.record({ kind: 'undelivered', at: parts.now(), region, from: 'ec2', to: instance, reason });
    }
  }

  return () => {
    for (const guest of running.values()) guest.terminate();
    running.clear();
  };
}

function machineOf(region: string, id: string, metadataUrl: string, { ec2, agents, endpoint }: Parts): Machine {
  const { instances } = ec2.state(region);
  const { zone, image = '', type, userData, tags } = instances.get(id) ?? missing(id);
  return {
    instance: id,
    region,
    zone,
    image,
    type,
    userData: userData === undefined ? undefined : Buffer.from(userData, 'base64'),
    tags,
    interfaces: interfacesOf(region, id, ec2),
    metadataUrl,
    endpoint,
    agent: agentOf(region, id, ec2, agents),
    console: (text) => ec2.perform(region, writeToConsole(id, text)),
  };
}

function missing(id: string): never {
  throw new Error(`There is no instance ${id}.`);
}

function interfacesOf(region: string, id: string, ec2: Ec2): MachineInterface[] {
  const state = ec2.state(region);
  return [...state.interfaces.values()]
    .flatMap(({ id: eni, address, subnet, attachment }) =>
      attachment?.instance === id
        ? [
            {
              id: eni,
              address,
              subnet: state.subnets.get(subnet)?.cidr ?? '',
              publicAddress: elasticIpOn(state, eni)?.publicIp,
              deviceIndex: attachment.deviceIndex,
            },
          ]
        : [],
    )
    .toSorted((a, b) => a.deviceIndex - b.deviceIndex);
}

function agentOf(region: string, instance: string, { guests }: Ec2, agents: Agents): MachineAgent {
  return {
    register(shell, { version } = {}) {
      guests.setShell(region, instance, shell);
      if (version !== undefined) agents.setVersion(region, instance, version);
      agents.set(region, instance, 'online');
    },
    disconnect: () => agents.set(region, instance, 'offline'),
    unregister: () => agents.set(region, instance, 'unregistered'),
  };
}
