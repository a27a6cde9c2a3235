import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '#emulator/start.ts';
import { accountOf, instanceOf } from './account-of-topology.ts';
import { makeContact } from './contact.ts';
import { detectionOf, NetworkModel, type SessionChange } from './network-model.ts';
import { tellOurs } from './our-timeline.ts';
import { bringToLife, connect, loopbackOf } from './our-way.ts';
import { Pings } from './pings.ts';
import { PING_EVERY_MS, type Play, type Stage } from './play.ts';
import { allRouters, modelTime, ownerIn, pingReaches, type Scene, slowDown } from './scene.ts';
import { type SerfMember, serfPair } from './serf.ts';
import { Sessions } from './sessions.ts';
import { type LogLine, REPORT, SimulatedRouter } from './simulated-router.ts';
import type { Timeline } from './timeline.ts';

export interface OurStage extends Stage {
  readonly assembly: string;
}

/** Serf's word comes last; a quiet end is worth waiting for, but not for ever. */
const SERF_SPEAKS_WITHIN_MS = 12_000;

/** Our design: the synthesized stacks in the emulator, the real reporter on simulated routers, Serf beside BFD. */
export async function playOurs(scene: Scene, stage: OurStage): Promise<Play> {
  const routers = allRouters(scene.topology).map((router) => new SimulatedRouter(stage.directory, router));
  const emulator = await startEmulator({
    assembly: stage.assembly,
    account: accountOf(scene.topology, ({ name }) => ({
      path: routers.find((each) => each.router.name === name)?.bin ?? '',
    })),
  });
  stage.onClose(() => emulator.close());
  slowDown(emulator);
  const network = new NetworkModel(scene.topology, detectionOf(scene.topology, stage.speed), modelTime());
  const sessions = new Sessions(join(stage.directory, 'ours'));
  stage.onClose(() => sessions.end());
  const serf = serfPair(stage.serf, members(scene, routers), stage.speed, sessions);
  stage.onClose(() => serf.stop());
  connect(scene, emulator, routers, (name) => serf.rpcAddress(name));
  let timeline: Timeline | undefined;
  let failedAt = 0;
  bringToLife(scene, network, routers, sessions, (change) => {
    const { what, says } = noticed(change, scene);
    timeline?.add(Date.now(), 'ours', what, says);
  });
  await Promise.all([serf.start(stage.signal), ...routers.map(makeContact)]);
  // The rhythm of a running site: a round of the probe, so that BGP of both routers is known.
  await emulator.tickSchedules();
  const pings = new Pings(() => pingReaches(scene, emulator, network), PING_EVERY_MS, Date.now);
  pings.start();
  stage.onClose(() => pings.stop());
  const logOf = (name: string): readonly LogLine[] =>
    routers.find((each) => each.router.name === name)?.reportLog() ?? [];
  return {
    pings,
    fail(story) {
      timeline = story;
      failedAt = Date.now();
      if (stage.fail === 'uplink') return network.cutUplink(scene.victim.name);
      network.killRouter(scene.victim.name);
      serf.kill(scene.victim.name);
      emulator.ec2.lifecycle.hang(scene.here.region, instanceOf(scene.victim));
    },
    async afterwards() {
      if (stage.fail === 'uplink') {
        timeline?.add(
          Date.now(),
          'ours',
          'rerouted',
          `${scene.topology.profile === 'fast' ? 'BFD and BGP' : 'BGP'} go round ${scene.victim.name} over ${scene.survivor.name}; the routes still point at ${scene.victim.name}`,
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
      while (Date.now() < deadline && !serfHasSpoken(logOf(scene.survivor.name), failedAt))
        await sleep(50, undefined, { signal: stage.signal });
    },
    tell(story) {
      tellOurs(scene, emulator.happenings, routers, failedAt, story);
    },
    owner: () => ownerIn(scene, emulator),
    fault: () => undefined,
  };
}

/** What a router here knows when a session goes down, and what told it. */
function noticed({ router, peer, kind }: SessionChange, { topology: { profile, bfd } }: Scene) {
  if (profile === 'fast') {
    return {
      what: 'detected',
      says: `bfd on ${router}: no answer from ${peer} for ${bfd.multiplier} × ${bfd.intervalMs} ms`,
    } as const;
  }
  return {
    what: 'rerouted',
    says: `${router}: hold time of ${peer} is over (${kind === 'ebgp' ? 'eBGP' : 'iBGP'})`,
  } as const;
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
