import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ec2 } from '#emulator/ec2/service.ts';
import type { Machine, RunningGuest } from '#emulator/guests/guest-host.ts';
import { runHost } from '#simulated-vyos/simulated-host.ts';
import { startIn } from '../daemons.ts';
import { killIn } from '../processes.ts';
import { relay } from '../relay.ts';
import { LABS } from '../state.ts';
import { followHostRoutes } from './follow-host-routes.ts';
import { buildHostNetwork, networkOf, removeHostNetwork } from './host-network.ts';

/** What a launched host has around it. */
export interface HostSurroundings {
  /** Name of the lab. */
  readonly lab: string;
  readonly ec2: () => Ec2;
  readonly onFault: (error: unknown) => void;
  /** Between a change of a route table and that of the data plane, ms. Default 0. */
  readonly delayMs?: number;
}

/** Ports in its namespace, at 127.0.0.1. */
const PORTS = { metadata: 8080, aws: 8443 } as const;

/** Runs a launched Linux host in a namespace of its own, with a namespace around it that is its VPC. */
export function launchHost(machine: Machine, around: HostSurroundings): RunningGuest {
  const undo: (() => unknown)[] = [];
  let guest: RunningGuest | undefined;
  let work = start(machine, around, (step) => void undo.push(step)).then(
    (started) => void (guest = started),
    around.onFault,
  );
  const after = (act: () => unknown) => {
    work = work.then(act).then(() => undefined, around.onFault);
  };
  return {
    boot: () => after(() => guest?.boot()),
    halt: () => after(() => guest?.halt()),
    freeze: () => after(() => guest?.freeze()),
    resume: () => after(() => guest?.resume()),
    terminate: () =>
      after(async () => {
        guest?.terminate();
        for (const step of undo.splice(0).toReversed()) await step();
      }),
  };
}

async function start(
  machine: Machine,
  { lab, ec2, onFault, delayMs = 0 }: HostSurroundings,
  onEnd: (step: () => unknown) => void,
): Promise<RunningGuest> {
  const network = networkOf(lab, machine);
  const directory = join(LABS, lab);
  mkdirSync(directory, { recursive: true });
  onEnd(() => removeHostNetwork(network));
  await buildHostNetwork(network, machine);
  onEnd(() => killIn(network.host));
  onEnd(await followHostRoutes(network, machine, { ec2: ec2(), delayMs, onFault }));
  const urls = { metadata: machine.metadataUrl, aws: machine.endpoint };
  for (const name of ['metadata', 'aws'] as const) {
    const socket = join(directory, `${machine.instance}.${name}.sock`);
    onEnd(await relay(socket, urls[name]));
    const listen = `TCP-LISTEN:${PORTS[name]},bind=127.0.0.1,fork,reuseaddr`;
    startIn({ namespace: network.host, directory }, `${machine.instance}.${name}`, [
      'socat',
      listen,
      `UNIX-CONNECT:${socket}`,
    ]);
  }
  return runHost(machine, {
    enter: ['/bin/ip', 'netns', 'exec', network.host],
    metadataUrl: `http://127.0.0.1:${PORTS.metadata}`,
    endpoint: `http://127.0.0.1:${PORTS.aws}`,
  });
}
