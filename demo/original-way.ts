import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRouteCommand, DeleteRouteCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Emulator } from '#emulator/emulator.ts';
import { eniOf, instanceOf } from './account-of-topology.ts';
import type { Scene } from './scene.ts';
import type { Timeline } from './timeline.ts';

/**
 * From Serf's event to a shell on the jump host: TCP, key exchange, login. Assumed, not measured; the start of two
 * aws-cli processes per route is left out. Both favour the original.
 */
export const SSH_HOP_MS = 300;

/** The jump host of 2014: `ssh jump-host change_eni.sh`, which deletes each route and then creates it anew. */
export class JumpHost {
  /** POST to it does the work. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/change_eni`;
  }

  /** @param timeline asked for late: it begins with the failure */
  static async start(scene: Scene, emulator: Emulator, speed: number, timeline: () => Timeline): Promise<JumpHost> {
    const ec2 = new EC2Client({
      region: scene.here.region,
      endpoint: emulator.endpoint,
      credentials: emulator.credentials.forUser(),
    });
    const server = createServer((_, response) => {
      response.end();
      timeline().add(
        Date.now(),
        'original',
        'detected',
        `serf on ${scene.survivor.name}: ${scene.victim.name} failed; ssh jump-host change_eni.sh`,
      );
      void changeEni(scene, ec2, speed, timeline());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new JumpHost(server);
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
  { here, victim, survivor }: Scene,
  ec2: EC2Client,
  speed: number,
  timeline: Timeline,
): Promise<void> {
  await sleep(SSH_HOP_MS / speed);
  timeline.add(Date.now(), 'original', 'hop', 'logged in on the jump host');
  for (const table of here.routeTables) {
    for (const DestinationCidrBlock of table.destinations) {
      const route = { RouteTableId: table.id, DestinationCidrBlock };
      await ec2.send(new DeleteRouteCommand(route));
      timeline.add(
        Date.now(),
        'original',
        'deleted',
        `${table.id} ${DestinationCidrBlock} ${eniOf(victim)}: no route now`,
      );
      await ec2.send(new CreateRouteCommand({ ...route, InstanceId: instanceOf(survivor) }));
      timeline.add(Date.now(), 'original', 'created', `${table.id} ${DestinationCidrBlock} → ${survivor.name}`);
    }
  }
}
