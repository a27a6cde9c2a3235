import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '#emulator/start.ts';
import { accountOf, instanceOf } from './account-of-topology.ts';
import { holdTimeDetection, NetworkModel } from './network-model.ts';
import type { Failure } from './options.ts';
import { JumpHost } from './original-way.ts';
import { Pings } from './pings.ts';
import { PING_EVERY_MS, type Play } from './play.ts';
import { modelTime, ownerIn, pingReaches, type Scene, slowDown } from './scene.ts';
import { type SerfMember, type SerfPair, serfPair } from './serf.ts';
import { Timeline } from './timeline.ts';

export interface OriginalOptions {
  readonly directory: string;
  readonly serf: SerfPair['kind'];
  readonly fail: Failure;
  readonly speed: number;
}

/** The article's BGP timers: keepalive 4 s, hold time 12 s. */
export const KEEPALIVE_MS = 4_000;
export const HOLD_MS = 12_000;

/** The design of 2014: BGP timers, Serf with the handler on the standby only, a jump host, delete and create. */
export async function playOriginal(scene: Scene, options: OriginalOptions): Promise<Play> {
  const emulator = await startEmulator({
    account: accountOf(scene.topology, { shell: () => undefined, policies: () => [] }),
  });
  slowDown(emulator);
  const { speed } = options;
  const network = new NetworkModel(
    scene.topology,
    holdTimeDetection(KEEPALIVE_MS / speed, HOLD_MS / speed),
    modelTime(),
  );
  let timeline = new Timeline(Date.now(), speed);
  const jumpHost = await JumpHost.start(scene, emulator, speed, () => timeline);
  const serf = serfPair(options.serf, members(scene, options.directory, jumpHost.handler), speed);
  network.onSessionChange(({ router, peer, kind }) => {
    timeline.add(
      Date.now(),
      'original',
      'rerouted',
      `${router}: hold time of ${peer} is over (${kind === 'ebgp' ? 'eBGP' : 'iBGP'})`,
    );
  });
  await serf.start();
  const pings = new Pings(() => pingReaches(scene, emulator, network), PING_EVERY_MS, Date.now);
  pings.start();
  return {
    pings,
    fail(story) {
      timeline = story;
      if (options.fail === 'uplink') return network.cutUplink(scene.victim.name);
      network.killRouter(scene.victim.name);
      serf.kill(scene.victim.name);
      emulator.ec2.lifecycle.hang(scene.here.region, instanceOf(scene.victim));
    },
    afterwards: () => Promise.resolve(),
    tell: () => undefined,
    owner: () => ownerIn(scene, emulator),
    async close() {
      pings.stop();
      serf.stop();
      jumpHost.close();
      await emulator.close();
    },
  };
}

/** The handler stands on the standby alone; that is what the article says. */
function members({ victim, survivor }: Scene, directory: string, handler: string): SerfMember[] {
  return [victim, survivor].map((router, index) => {
    const own = join(directory, `original-${router.name}`);
    mkdirSync(own, { recursive: true });
    return {
      name: router.name,
      role: router.role,
      address: `127.66.2.${index + 1}`,
      directory: own,
      handler: router.name === survivor.name ? handler : 'true',
      environment: {},
    };
  });
}
