import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '#emulator/start.ts';
import { accountOf, instanceOf } from './account-of-topology.ts';
import { makeContact } from './contact.ts';
import { detectionText } from './detection-text.ts';
import { detectionOf, NetworkModel } from './network-model.ts';
import { recordOurTimeline } from './our-timeline.ts';
import { Pings } from './pings.ts';
import { PING_EVERY_MS, type RunContext, type RunningDesign } from './running-design.ts';
import { allRouters, modelTime, ownerIn, pingReaches, type Scenario, slowDown } from './scenario.ts';
import { type SerfMember, serfPair } from './serf.ts';
import { Sessions } from './sessions.ts';
import { type LogLine, REPORT, SimulatedRouter } from './simulated-router.ts';
import { connect, loopbackOf, startRouters } from './start-routers.ts';
import type { Timeline } from './timeline.ts';

export interface OurRunContext extends RunContext {
  readonly assembly: string;
}

/** Serf detects the failure last; the demo waits for it for a limited time. */
const SERF_SPEAKS_WITHIN_MS = 12_000;

/** Our design: the synthesized stacks in the emulator, the real reporter on simulated routers, Serf beside BFD. */
export async function runOurs(scenario: Scenario, context: OurRunContext): Promise<RunningDesign> {
  const routers = allRouters(scenario.topology).map((router) => new SimulatedRouter(context.directory, router));
  const emulator = await startEmulator({
    assembly: context.assembly,
    account: accountOf(scenario.topology, ({ name }) => ({
      path: routers.find((each) => each.router.name === name)?.bin ?? '',
    })),
  });
  context.onClose(() => emulator.close());
  slowDown(emulator);
  const network = new NetworkModel(scenario.topology, detectionOf(scenario.topology, context.speed), modelTime());
  const sessions = new Sessions(join(context.directory, 'ours'));
  context.onClose(() => sessions.end());
  const serf = serfPair(context.serf, members(scenario, routers), context.speed, sessions);
  context.onClose(() => serf.stop());
  connect(scenario, emulator, routers, (name) => serf.rpcAddress(name));
  let timeline: Timeline | undefined;
  let failedAt = 0;
  startRouters([scenario.here.name], network, routers, sessions, (change) => {
    const { what, says } = detectionText(change, scenario.topology);
    timeline?.add(Date.now(), 'ours', what, says);
  });
  await Promise.all([serf.start(context.signal), ...routers.map(makeContact)]);
  // As at a running site: a probe round reads the BGP sessions of both routers.
  await emulator.tickSchedules();
  const pings = new Pings(() => pingReaches(scenario, emulator, network), PING_EVERY_MS, Date.now);
  pings.start();
  context.onClose(() => pings.stop());
  const logOf = (name: string): readonly LogLine[] =>
    routers.find((each) => each.router.name === name)?.reportLog() ?? [];
  return {
    pings,
    fail(story) {
      timeline = story;
      failedAt = Date.now();
      if (context.fail === 'uplink') return network.cutUplink(scenario.active.name);
      network.killRouter(scenario.active.name);
      serf.kill(scenario.active.name);
      emulator.ec2.lifecycle.hang(scenario.here.region, instanceOf(scenario.active));
    },
    async afterwards() {
      if (context.fail === 'uplink') {
        timeline?.add(
          Date.now(),
          'ours',
          'rerouted',
          `${scenario.topology.profile === 'fast' ? 'BFD and BGP' : 'BGP'} reroute around ${scenario.active.name} through ${scenario.standby.name}; the routes still point at ${scenario.active.name}`,
        );
        // A minute apart in reality.
        for (const round of ['first', 'second']) {
          timeline?.add(
            Date.now(),
            'ours',
            'probed',
            `${round} round of the probe (run now, a minute apart in reality)`,
          );
          await emulator.tickSchedules(scenario.here.region);
        }
        return;
      }
      const deadline = Date.now() + SERF_SPEAKS_WITHIN_MS;
      while (Date.now() < deadline && !serfReported(logOf(scenario.standby.name), failedAt))
        await sleep(50, undefined, { signal: context.signal });
    },
    recordTimeline(story) {
      recordOurTimeline(scenario, emulator.happenings, routers, failedAt, story);
    },
    owner: () => ownerIn(scenario, emulator),
    fault: () => undefined,
  };
}

/** The reporter's last line about an event that Serf brought. */
function serfReported(log: readonly LogLine[], since: number): boolean {
  return log.some(({ at, says }) => at >= since && /serf/i.test(says));
}

function members({ here }: Scenario, routers: readonly SimulatedRouter[]): SerfMember[] {
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
