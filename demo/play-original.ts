import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '#emulator/start.ts';
import { accountOf, instanceOf } from './account-of-topology.ts';
import { holdTimeDetection, NetworkModel } from './network-model.ts';
import { JumpHost } from './original-way.ts';
import { Pings } from './pings.ts';
import { PING_EVERY_MS, type Play, type Stage } from './play.ts';
import { modelTime, ownerIn, pingReaches, type Scene, slowDown } from './scene.ts';
import { type SerfMember, serfPair } from './serf.ts';
import { Sessions } from './sessions.ts';
import { Timeline } from './timeline.ts';

/** The article's BGP timers: keepalive 4 s, hold time 12 s. */
export const KEEPALIVE_MS = 4_000;
export const HOLD_MS = 12_000;

/** The design of 2014: BGP timers, Serf with the handler on the standby only, a jump host, delete and create. */
export async function playOriginal(scene: Scene, { directory, fail, speed, ...stage }: Stage): Promise<Play> {
  const emulator = await startEmulator({
    account: accountOf(scene.topology, () => undefined),
  });
  stage.onClose(() => emulator.close());
  slowDown(emulator);
  const network = new NetworkModel(
    scene.topology,
    holdTimeDetection(KEEPALIVE_MS / speed, HOLD_MS / speed),
    modelTime(),
  );
  let timeline = new Timeline(Date.now(), speed);
  const jumpHost = await JumpHost.start(scene, emulator, speed, () => timeline);
  stage.onClose(() => jumpHost.close());
  const sessions = new Sessions(join(directory, 'original'));
  stage.onClose(() => sessions.end());
  const serf = serfPair(stage.serf, members(scene, directory, jumpHost.handler), speed, sessions);
  stage.onClose(() => serf.stop());
  network.onSessionChange(({ router, peer, kind }) => {
    timeline.add(
      Date.now(),
      'original',
      'rerouted',
      `${router}: hold time of ${peer} is over (${kind === 'ebgp' ? 'eBGP' : 'iBGP'})`,
    );
  });
  await serf.start(stage.signal);
  const pings = new Pings(() => pingReaches(scene, emulator, network), PING_EVERY_MS, Date.now);
  pings.start();
  stage.onClose(() => pings.stop());
  return {
    pings,
    fail(story) {
      timeline = story;
      if (fail === 'uplink') return network.cutUplink(scene.victim.name);
      network.killRouter(scene.victim.name);
      serf.kill(scene.victim.name);
      emulator.ec2.lifecycle.hang(scene.here.region, instanceOf(scene.victim));
    },
    afterwards: () => Promise.resolve(),
    tell: () => undefined,
    owner: () => ownerIn(scene, emulator),
    fault: () => jumpHost.fault,
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
