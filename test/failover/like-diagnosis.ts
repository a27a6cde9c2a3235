import type { DiagnosisKind } from '#failover/diagnosis.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import type { ProbeRound, StoredState } from '#failover/stored-state.ts';
import type { OperatorTrigger } from '#failover/trigger.ts';
import {
  ACTIVE_ENI,
  allAt,
  DETOUR,
  DOWN,
  NOW,
  REPORT,
  RUNNING,
  readOn,
  routesAt,
  SITE,
  STANDBY_ENI,
  situation,
  UP,
} from './situation.ts';

const probe = { kind: 'probe', id: 'probe-1' } as const;
const told = (facts: Partial<RouterFacts>, bgp = UP): RouterFacts => ({
  ...RUNNING,
  evidence: [{ by: 'probe', at: NOW - 1_000, bgp }],
  ...facts,
});
const pair = (active: RouterFacts, standby: RouterFacts) => ({ 'tokyo-1': active, 'tokyo-2': standby });
const well = { trigger: probe, routers: pair(told({}), told({})) };
const storedState = (change: Partial<StoredState>): StoredState => ({ ...situation().stored, ...change });
const { active, standby } = SITE.routers;
const round = (at: number, bgp: typeof UP | null): ProbeRound => ({
  at,
  readings: { [ACTIVE_ENI]: bgp && readOn(active, bgp), [STANDBY_ENI]: readOn(standby, UP) },
});
const twice = (bgp: typeof UP | null) => storedState({ probes: [round(NOW - 61_000, bgp), round(NOW - 1_000, bgp)] });
const move: OperatorTrigger = {
  kind: 'operator',
  id: 'move-1',
  act: 'switchover',
  to: 'tokyo-2',
  by: 'ann',
  reason: 'kernel',
  overrides: [],
};

/** For each diagnosis a site without any other fault, so that no rule refuses a swap. */
export const LIKE: Readonly<Record<DiagnosisKind, Partial<Observation>>> = {
  Healthy: well,
  OwnerReportedFailed: {},
  OwnerLeft: { trigger: { ...REPORT, event: 'left' } },
  OwnerNotRunning: { ...well, routers: pair(told({ instance: 'stopped' }), told({})) },
  OwnerCannotForward: { ...well, routers: pair(told({ sourceDestCheck: true }), told({})) },
  OwnerWithoutPath: { trigger: probe, routers: pair(told({}, DOWN), told({})), stored: twice(DOWN) },
  OwnerSilent: { trigger: probe, routers: pair(told({ statusChecks: 'impaired' }), told({})), stored: twice(null) },
  OwnerDetoured: { trigger: probe, routers: pair(told({}, DETOUR), told({})), stored: twice(DETOUR) },
  OwnerSuspected: { ...well, stored: storedState({ probes: [round(NOW - 1_000, DOWN)] }) },
  OwnerDisputed: {
    routers: pair({ ...RUNNING, evidence: [{ by: 'itself', at: NOW - 400, bgp: UP }] }, told({})),
  },
  OwnerEventDue: {
    ...well,
    site: { ...SITE, policy: { ...SITE.policy, evacuate: 'automatic' } },
    routers: pair(told({ events: [{ code: 'instance-stop', description: 'x', notBefore: NOW + 600_000 }] }), told({})),
  },
  SwapUnfinished: {
    ...well,
    routes: routesAt(STANDBY_ENI, ACTIVE_ENI),
    stored: storedState({ unfinished: { epoch: 4, to: STANDBY_ENI, reason: 'reported-by-survivor' } }),
  },
  SwapAbandoned: {
    ...well,
    stored: storedState({
      leasedUntil: NOW - 60_000,
      unfinished: { epoch: 4, to: STANDBY_ENI, reason: 'reported-by-survivor', noneAtTarget: true },
    }),
  },
  MoveRequested: { ...well, trigger: move },
  NothingAtSubject: { routes: allAt(STANDBY_ENI) },
  NoRouteOfThePair: { ...well, routes: allAt('igw-1') },
  RoutesAtFormerInterface: {
    ...well,
    routes: allAt('eni-9'),
    site: {
      ...SITE,
      routers: { ...SITE.routers, active: { ...SITE.routers.active, formerEnis: ['eni-9'] } },
    },
    formerInterfaces: { 'eni-9': RUNNING },
  },
  RoutesSplit: { ...well, routes: routesAt(STANDBY_ENI, ACTIVE_ENI) },
  OwnerImpaired: { ...well, routers: pair(told({ statusChecks: 'impaired' }), told({})) },
  StandbyUnfit: { ...well, routers: pair(told({}), told({}, DOWN)) },
  OwnerUnfit: { ...well, routers: pair(told({ evidence: [] }), told({})) },
  BothUnfit: { ...well, routers: pair(told({}, DOWN), told({}, DOWN)) },
};
