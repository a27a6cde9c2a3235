import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '#emulator/start.ts';
import { accountOf, instanceOf } from './account-of-topology.ts';
import { holdTimeDetection, NetworkModel } from './network-model.ts';
import { JumpHost } from './original-way.ts';
import { Pings } from './pings.ts';
import { PING_EVERY_MS, type RunContext, type RunningDesign } from './running-design.ts';
import { modelTime, ownerIn, pingReaches, type Scenario, slowDown } from './scenario.ts';
import { type SerfMember, serfPair } from './serf.ts';
import { Sessions } from './sessions.ts';
import { Timeline } from './timeline.ts';

/** The article's BGP timers: keepalive 4 s, hold time 12 s. */
export const KEEPALIVE_MS = 4_000;
export const HOLD_MS = 12_000;

/** The design of 2014: BGP timers, Serf with the handler on the standby only, a jump host, delete and create. */
export async function runOriginal(
  scenario: Scenario,
  { directory, fail, speed, ...context }: RunContext,
): Promise<RunningDesign> {
  const emulator = await startEmulator({
    account: accountOf(scenario.topology, () => undefined),
  });
  context.onClose(() => emulator.close());
  slowDown(emulator);
  const network = new NetworkModel(
    scenario.topology,
    holdTimeDetection(KEEPALIVE_MS / speed, HOLD_MS / speed),
    modelTime(),
  );
  let timeline = new Timeline(Date.now(), speed);
  const jumpHost = await JumpHost.start(scenario, emulator, speed, () => timeline);
  context.onClose(() => jumpHost.close());
  const sessions = new Sessions(join(directory, 'original'));
  context.onClose(() => sessions.end());
  const serf = serfPair(context.serf, members(scenario, directory, jumpHost.handler), speed, sessions);
  context.onClose(() => serf.stop());
  network.onSessionChange(({ router, peer, kind }) => {
    timeline.add(
      Date.now(),
      'original',
      'rerouted',
      `${router}: hold time of ${peer} is over (${kind === 'ebgp' ? 'eBGP' : 'iBGP'})`,
    );
  });
  await serf.start(context.signal);
  const pings = new Pings(() => pingReaches(scenario, emulator, network), PING_EVERY_MS, Date.now);
  pings.start();
  context.onClose(() => pings.stop());
  return {
    pings,
    fail(story) {
      timeline = story;
      if (fail === 'uplink') return network.cutUplink(scenario.active.name);
      network.killRouter(scenario.active.name);
      serf.kill(scenario.active.name);
      emulator.ec2.lifecycle.hang(scenario.here.region, instanceOf(scenario.active));
    },
    afterwards: () => Promise.resolve(),
    recordTimeline: () => undefined,
    owner: () => ownerIn(scenario, emulator),
    fault: () => jumpHost.fault,
  };
}

/** The handler stands on the standby alone; that is what the article says. */
function members({ active, standby }: Scenario, directory: string, handler: string): SerfMember[] {
  return [active, standby].map((router, index) => {
    const own = join(directory, `original-${router.name}`);
    mkdirSync(own, { recursive: true });
    return {
      name: router.name,
      role: router.role,
      address: `127.66.2.${index + 1}`,
      directory: own,
      handler: router.name === standby.name ? handler : 'true',
      environment: {},
    };
  });
}
