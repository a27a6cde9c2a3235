import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '#emulator/start.ts';
import { namesOf } from '#infra/names.ts';
import { accountOf, instanceOf } from './account-of-topology.ts';
import { bfdDetection, NetworkModel } from './network-model.ts';
import type { Failure } from './options.ts';
import { tellOurs } from './our-timeline.ts';
import { bringToLife, connect, loopbackOf } from './our-way.ts';
import { Pings } from './pings.ts';
import { PING_EVERY_MS, type Play } from './play.ts';
import { allRouters, modelTime, ownerIn, pingReaches, type Scene, slowDown } from './scene.ts';
import { type SerfMember, type SerfPair, serfPair } from './serf.ts';
import { type LogLine, REPORT, SimulatedRouter } from './simulated-router.ts';
import type { Timeline } from './timeline.ts';

export interface OurOptions {
  readonly assembly: string;
  /** For the routers' files. */
  readonly directory: string;
  readonly serf: SerfPair['kind'];
  readonly fail: Failure;
  readonly speed: number;
}

/** Serf's word comes last; a quiet end is worth waiting for, but not for ever. */
const SERF_SPEAKS_WITHIN_MS = 12_000;

/** Our design: the synthesized stacks in the emulator, the real reporter on simulated routers, Serf beside BFD. */
export async function playOurs(scene: Scene, options: OurOptions): Promise<Play> {
  const routers = allRouters(scene.topology).map((router) => new SimulatedRouter(options.directory, router));
  const emulator = await startEmulator({
    assembly: options.assembly,
    account: accountOf(scene.topology, {
      shell: ({ name }) => ({ path: routers.find((each) => each.router.name === name)?.bin ?? '' }),
      policies: (site) => [`${namesOf(scene.topology, site).routerPolicy}-${site.region}`],
    }),
  });
  slowDown(emulator);
  const { bfd } = scene.topology;
  const network = new NetworkModel(
    scene.topology,
    bfdDetection({ ...bfd, intervalMs: bfd.intervalMs / options.speed }),
    modelTime(),
  );
  const serf = serfPair(options.serf, members(scene, routers), options.speed);
  connect(scene, emulator, routers, (name) => serf.rpcAddress(name));
  let timeline: Timeline | undefined;
  let failedAt = 0;
  bringToLife(scene, network, routers, (router, peer) => {
    timeline?.add(
      Date.now(),
      'ours',
      'detected',
      `bfd on ${router}: no answer from ${peer} for ${bfd.multiplier} × ${bfd.intervalMs} ms`,
    );
  });
  await serf.start();
  // The rhythm of a running site: a round of the probe, so that BGP of both routers is known.
  await emulator.tickSchedules();
  const pings = new Pings(() => pingReaches(scene, emulator, network), PING_EVERY_MS, Date.now);
  pings.start();
  const logOf = (name: string): readonly LogLine[] =>
    routers.find((each) => each.router.name === name)?.reportLog() ?? [];
  return {
    pings,
    fail(story) {
      timeline = story;
      failedAt = Date.now();
      if (options.fail === 'uplink') return network.cutUplink(scene.victim.name);
      network.killRouter(scene.victim.name);
      serf.kill(scene.victim.name);
      emulator.ec2.lifecycle.hang(scene.here.region, instanceOf(scene.victim));
    },
    async afterwards() {
      if (options.fail === 'uplink') {
        timeline?.add(
          Date.now(),
          'ours',
          'rerouted',
          `BFD and BGP go round ${scene.victim.name} over ${scene.survivor.name}; the routes still point at ${scene.victim.name}`,
        );
        // A minute apart in reality.
        for (const round of ['first', 'second']) {
          timeline?.add(
            Date.now(),
            'ours',
            'probed',
            `${round} round of the probe (run now, a minute apart in reality)`,
          );
          await emulator.tickSchedules(scene.here.region);
        }
        return;
      }
      const deadline = Date.now() + SERF_SPEAKS_WITHIN_MS;
      while (Date.now() < deadline && !serfHasSpoken(logOf(scene.survivor.name), failedAt)) await sleep(50);
    },
    tell(story) {
      tellOurs(
        scene,
        emulator.happenings.filter(({ at }) => at >= failedAt),
        routers,
        story,
      );
    },
    owner: () => ownerIn(scene, emulator),
    async close() {
      pings.stop();
      serf.stop();
      await emulator.close();
    },
  };
}

/** The reporter's last line about an event that Serf brought. */
function serfHasSpoken(log: readonly LogLine[], since: number): boolean {
  return log.some(({ at, says }) => at >= since && /serf/i.test(says));
}

function members({ here }: Scene, routers: readonly SimulatedRouter[]): SerfMember[] {
  return [here.routers.active, here.routers.standby].flatMap((router, index) => {
    const simulated = routers.find((each) => each.router.name === router.name);
    if (simulated === undefined) return [];
    return {
      name: router.name,
      role: router.role,
      address: loopbackOf(index),
      directory: simulated.directory,
      handler: REPORT,
      environment: { REPORT_CONF: simulated.reportConf },
    };
  });
}
