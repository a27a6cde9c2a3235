import { setTimeout as sleep } from 'node:timers/promises';
import type { Ec2 } from '#emulator/ec2/service.ts';
import type { Machine } from '#emulator/guests/guest-host.ts';
import { ipBatch } from '../run.ts';
import { type HostNetwork, portOf } from './host-network.ts';

/**
 * Makes the VPC of a launched host forward as the route table of its first subnet says, now and after every change, until `stop`:
 * the routes to the host's own interfaces.
 *
 * @param delayMs between a change of the table and that of the data plane
 */
export async function followHostRoutes(
  { vpc }: HostNetwork,
  machine: Machine,
  {
    ec2,
    delayMs,
    onFault,
  }: { readonly ec2: Ec2; readonly delayMs: number; readonly onFault: (error: unknown) => void },
): Promise<() => void> {
  let applied: readonly string[] = [];
  let turn = Promise.resolve();
  // One after the other, so that an older state is never applied last.
  const follow = (afterMs: number) => {
    const wanted = routesOf(machine, ec2);
    if (wanted.join() === applied.join()) return;
    applied = wanted;
    turn = turn
      .then(() => sleep(afterMs))
      .then(() => (isOn ? ipBatch(vpc, wanted) : undefined))
      .catch(onFault);
  };
  let isOn = true;
  follow(0);
  const end = ec2.onChange((region) => {
    if (region === machine.region) follow(delayMs);
  });
  await turn;
  return () => {
    isOn = false;
    end();
  };
}

/** As `ip` commands. A route that has gone stays until it is replaced: nothing here deletes one. */
function routesOf({ region, instance, interfaces }: Machine, ec2: Ec2): readonly string[] {
  const state = ec2.state(region);
  const [first] = [...state.interfaces.values()].filter(
    ({ attachment }) => attachment?.instance === instance && attachment.deviceIndex === 0,
  );
  const table = [...state.routeTables.values()].find(({ associations }) =>
    associations.some(({ subnet }) => subnet === first?.subnet),
  );
  return (table?.routes ?? []).flatMap(({ destination, target }) => {
    const to = interfaces.find(({ id }) => id === target);
    return to === undefined ? [] : [`route replace ${destination} via ${to.address} dev ${portOf(to)}`];
  });
}
