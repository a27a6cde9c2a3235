import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import type { ProbeRound, StoredState } from '#failover/stored-state.ts';
import { ACTIVE_ENI, allAt, FIT_BY_CLAIM, NOW, RUNNING, readOn, SITE, STANDBY_ENI, situation } from '../situation.ts';

export const storedState = (change: Partial<StoredState>): StoredState => ({ ...situation().stored, ...change });
export const policy = (change: Partial<Observation['site']['policy']>) => ({
  ...SITE,
  policy: { ...SITE.policy, ...change },
});
export const routers = (active: Partial<RouterFacts>, standby: Partial<RouterFacts> = {}) => ({
  'tokyo-1': { ...RUNNING, ...active },
  'tokyo-2': { ...FIT_BY_CLAIM, ...standby },
});
/** Null: the router was silent. */
export const round = (at: number, active: BgpCounts | null, standby: BgpCounts | null): ProbeRound => ({
  at,
  readings: {
    [ACTIVE_ENI]: active && readOn(SITE.routers.active, active),
    [STANDBY_ENI]: standby && readOn(SITE.routers.standby, standby),
  },
});
/** Two rounds in a row, the newer a second ago. */
export const twice = (active: BgpCounts | null, standby: BgpCounts | null) => [
  round(NOW - 60_000, active, standby),
  round(NOW - 1_000, active, standby),
];
export const probe = { kind: 'probe', id: 'probe-1' } as const;
export const atStandby = allAt(STANDBY_ENI);
