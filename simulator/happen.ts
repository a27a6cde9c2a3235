import { changePause, maintain, switchover } from './people.ts';
import { Chance } from './random.ts';
import type { Side, SimEvent } from './schedule.ts';
import { other, REGION, ROUTERS } from './site-under-test.ts';
import type { World } from './world.ts';

const ALARM_AFTER_MS = 120_000;

/** Makes one event of a schedule happen. */
export function happen(event: SimEvent, world: World): void {
  const { time, weather, routers, ec2, platform } = world;
  const { kind } = event;
  world.tell(() => `-- ${JSON.stringify({ ...event, at: undefined })}`);
  const until = 'forMs' in event ? time.now() + event.forMs : 0;
  const spell = (set: () => void) => {
    set();
    routers.look();
    if ('forMs' in event) time.after(event.forMs + 1, () => routers.look());
  };
  switch (kind) {
    case 'stop':
    case 'start':
    case 'reboot':
      return ec2.lifecycle[kind](REGION, ROUTERS[event.router].instance);
    case 'hang':
      if (world.routers.alive(event.router)) hang(event.router, world);
      return;
    case 'uplink-cut':
      return spell(() => (routers.faults.uplinkCut[event.router] = until));
    case 'tunnels-down':
      return spell(() => (routers.faults.tunnelsDown[event.router] = until));
    case 'agent-silent':
      return spell(() => (routers.faults.agentSilent[event.router] = until));
    case 'pair-partitioned':
      return spell(() => (routers.faults.partitioned = until));
    case 'clock-off':
      routers.faults.clockOff[event.router] = event.byMs;
      return;
    case 'source-dest-check-on':
      setSourceDestCheck(event.router, true, world);
      return time.after(event.forMs, () => setSourceDestCheck(event.router, false, world));
    case 'false-alarm':
      return void routers.report(event.router, 'failed', false);
    case 'says-goodbye':
      return void routers.report(other(event.router), 'left', false);
    case 'stray-report':
      return strayReport(event, world);
    case 'late-heartbeat':
      if (routers.connected(event.router)) world.heartbeat(event.router, 5_000, event.lateMs);
      return;
    case 'testimony': {
      const testimony = { by: 'virginia-1', about: ROUTERS[event.about].name, at: time.now() };
      return void world.functions.note('testimony', (store) => store.testify(testimony));
    }
    case 'store-down':
      weather.storeDown = until;
      return;
    case 'ec2-errors':
      weather.ec2Errors = until;
      return;
    case 'ec2-busy':
      weather.ec2Busy = until;
      return;
    case 'stale-reads':
      weather.staleReads = until;
      return;
    case 'store-loses-answers':
      weather.storeAnswersToLose = event.calls;
      return;
    case 'ec2-loses-answers':
      weather.ec2AnswersToLose = event.calls;
      return;
    case 'crash':
    case 'crash-any':
      platform.crashNext = { afterSteps: event.afterSteps, any: kind === 'crash-any' };
      return;
    case 'probe-lost':
    case 'probe-twice':
      world.nextProbe = { kind: kind === 'probe-lost' ? 'lost' : 'twice', byMs: 0 };
      return;
    case 'probe-late':
      world.nextProbe = { kind: 'late', byMs: event.byMs };
      return;
    case 'switchover':
      return void switchover(event.to, event.overrides, world);
    case 'pause':
      return void changePause({ action: 'pause', forMs: event.forMs, by: 'ann', reason: 'work' }, world);
    case 'resume':
      return void changePause({ action: 'resume', by: 'ann' }, world);
    case 'maintenance':
      return void maintain(event.router, event.on, world);
  }
}

/** The guest dies, EC2 goes on to say `running`; its status check notices, and the alarm on that tells. */
export function hang(side: Side, world: World): void {
  const { ec2, time } = world;
  const { instance } = ROUTERS[side];
  ec2.lifecycle.hang(REGION, instance);
  const alarm = `alarm-${side}-${time.now()}`;
  time.after(ALARM_AFTER_MS, () => {
    if (ec2.lifecycle.find(REGION, instance).check !== 'impaired') return;
    world.deliver({
      kind: 'ec2',
      id: alarm,
      instance: `${ROUTERS[side].name}-status-check`,
      state: 'status check: ALARM',
    });
  });
}

export function setSourceDestCheck(side: Side, on: boolean, { ec2 }: World): void {
  const state = ec2.state();
  const { eni } = ROUTERS[side];
  const found = state.interfaces.get(eni);
  if (found === undefined) return;
  ec2.change({ ...state, interfaces: new Map(state.interfaces).set(eni, { ...found, sourceDestCheck: on }) });
}

/** A report that was written now arrives later, perhaps more than once, and nobody waits for its answer. */
function strayReport({ router, lateMs, copies }: { router: Side; lateMs: number; copies: number }, world: World): void {
  if (!world.routers.connected(router)) return;
  const id = `stray-${router}-${world.time.now()}`;
  const report = world.routers.write(router, id, 'failed');
  const chance = new Chance(world.schedule.seed, id);
  for (let copy = 0; copy < copies; copy++) {
    world.time.after(lateMs + (copy === 0 ? 0 : chance.between(0, 5_000)), () => void world.functions.swap(report));
  }
}
