import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRouteCommand, DeleteRouteCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Emulator } from '#emulator/emulator.ts';
import { eniOf, instanceOf } from './account-of-topology.ts';
import type { Scenario } from './scenario.ts';
import type { Timeline } from './timeline.ts';

/**
 * From Serf's event to a shell on the jump host: TCP, key exchange, login. Assumed, not measured; the start of two
 * aws-cli processes per route is left out. Both favour the original.
 */
export const SSH_HOP_MS = 300;

/** A route of the script. The one of 2014 knew `--destination-cidr-block` only; here it gets the later kinds for nothing. */
type Destination =
  | { readonly DestinationCidrBlock: string }
  | { readonly DestinationIpv6CidrBlock: string }
  | { readonly DestinationPrefixListId: string };

function destinationOf(destination: string): Destination {
  if (destination.startsWith('pl-')) return { DestinationPrefixListId: destination };
  if (destination.includes(':')) return { DestinationIpv6CidrBlock: destination };
  return { DestinationCidrBlock: destination };
}

/** The jump host of 2014: `ssh jump-host change_eni.sh`, which deletes each route and then creates it anew. */
export class JumpHost {
  /** POST to it does the work. */
  readonly url: string;
  readonly #server: Server;
  #fault: Error | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/change_eni`;
  }

  /** @param timeline asked for late: it begins with the failure */
  static async start(
    scenario: Scenario,
    emulator: Emulator,
    speed: number,
    timeline: () => Timeline,
  ): Promise<JumpHost> {
    const ec2 = new EC2Client({
      region: scenario.here.region,
      endpoint: emulator.endpoint,
      credentials: emulator.credentials.forUser(),
    });
    const server = createServer();
    const jumpHost = await new Promise<JumpHost>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(new JumpHost(server)));
    });
    server.on('request', (_, response) => {
      response.end();
      timeline().add(
        Date.now(),
        'original',
        'detected',
        `serf on ${scenario.standby.name}: ${scenario.active.name} failed; ssh jump-host change_eni.sh`,
      );
      changeEni(scenario, ec2, speed, timeline()).catch((error: unknown) => {
        jumpHost.#fault = error instanceof Error ? error : new Error(String(error));
      });
    });
    return jumpHost;
  }

  /** Why the script stopped half-way, if it did. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** What Serf's handler runs. */
  get handler(): string {
    return `curl -sS -o /dev/null -X POST ${this.url}`;
  }

  close(): void {
    this.#server.close();
  }
}

async function changeEni(
  { here, active, standby }: Scenario,
  ec2: EC2Client,
  speed: number,
  timeline: Timeline,
): Promise<void> {
  await sleep(SSH_HOP_MS / speed);
  timeline.add(Date.now(), 'original', 'hop', 'logged in on the jump host');
  for (const table of here.routeTables) {
    for (const destination of table.destinations) {
      const route = { RouteTableId: table.id, ...destinationOf(destination) };
      await ec2.send(new DeleteRouteCommand(route));
      timeline.add(Date.now(), 'original', 'deleted', `${table.id} ${destination} ${eniOf(active)}: no route now`);
      await ec2.send(new CreateRouteCommand({ ...route, InstanceId: instanceOf(standby) }));
      timeline.add(Date.now(), 'original', 'created', `${table.id} ${destination} → ${standby.name}`);
    }
  }
}
