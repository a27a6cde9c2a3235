import { setTimeout as sleep } from 'node:timers/promises';
import { type EndDisturbance, freeze, losePackets, pausePrograms, starve } from '#lab/disturb.ts';
import type { RouterPlan, SitePlan } from '#lab/plan.ts';

/** A temporary disturbance that is not a failure. */
export interface Disturbance {
  /** `loss`, `pause`, …: rows of the table are grouped by it. */
  readonly kind: 'loss' | 'pause' | 'freeze' | 'starve';
  readonly label: string;
  readonly forMs: number;
  /** So long or heavy that detectors may treat it as a failure; excluded from the targets. */
  readonly beyondTarget: boolean;
  begin(site: SitePlan, active: RouterPlan, standby: RouterPlan): Promise<EndDisturbance>;
}

const SECOND = 1_000;
const LOSS_FOR_MS = 30 * SECOND;
const DAEMONS = ['bfdd', 'bgpd', 'zebra', 'serf'] as const;

export const DISTURBANCES: readonly Disturbance[] = [
  ...[5, 10, 20, 30, 50].map((percent) => loss(percent)),
  ...DAEMONS.flatMap((daemon) => [1, 5].map((seconds) => pauseOf(daemon, seconds))),
  ...[1, 5].map((seconds) => pauseOfAll(seconds)),
  ...[0.5, 1, 2, 5].map((seconds) => frozen('active', seconds)),
  ...[1, 5].map((seconds) => frozen('standby', seconds)),
  starved(16, 20),
];

/** Both ways, on the active router's interface: twice that for a question and its answer. */
function loss(percent: number): Disturbance {
  return {
    kind: 'loss',
    label: `${percent} % loss each way, ${LOSS_FOR_MS / SECOND} s`,
    forMs: LOSS_FOR_MS,
    beyondTarget: percent > 10,
    begin: (site, active) => losePackets(site, active, percent),
  };
}

function pauseOf(daemon: string, seconds: number): Disturbance {
  return {
    kind: 'pause',
    label: `${daemon} of the active stopped, ${seconds} s`,
    forMs: seconds * SECOND,
    beyondTarget: seconds > 1,
    begin: (_, active) => pausePrograms(active, [daemon]),
  };
}

function pauseOfAll(seconds: number): Disturbance {
  return {
    kind: 'pause',
    label: `every program of the active stopped, ${seconds} s`,
    forMs: seconds * SECOND,
    beyondTarget: seconds > 1,
    begin: (_, active) => pausePrograms(active),
  };
}

function frozen(role: 'active' | 'standby', seconds: number): Disturbance {
  return {
    kind: 'freeze',
    label: `${role} frozen with its kernel, ${seconds} s`,
    forMs: seconds * SECOND,
    beyondTarget: seconds > 1,
    begin: (site, active, standby) => freeze(site, role === 'active' ? active : standby, seconds * SECOND),
  };
}

function starved(programs: number, seconds: number): Disturbance {
  return {
    kind: 'starve',
    label: `${programs} busy programs on the machine, ${seconds} s`,
    forMs: seconds * SECOND,
    beyondTarget: false,
    begin: () => Promise.resolve(starve(programs)),
  };
}

/** Ends the disturbance, also after an error. */
export async function disturb(
  disturbance: Disturbance,
  site: SitePlan,
  active: RouterPlan,
  standby: RouterPlan,
): Promise<void> {
  const end = await disturbance.begin(site, active, standby);
  try {
    await sleep(disturbance.forMs);
  } finally {
    await end();
  }
}
