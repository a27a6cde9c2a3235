import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decideOn } from '#failover/decision.ts';
import { DIAGNOSES, type DiagnosisKind, diagnose } from '#failover/diagnosis.ts';
import type { Memory, ProbeRound } from '#failover/memory.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import type { OperatorTrigger } from '#failover/trigger.ts';
import { ACTIVE_ENI, allAt, NOW, REPORT, RUNNING, routesAt, STANDBY_ENI, situation } from './situation.ts';

const PAGE = 'docs/failure-diagnoses.md';
const PARTS = ['Seen by', 'Acted on', 'You see', 'You do'];

const sections = new Map(
  readFileSync(PAGE, 'utf8')
    .split('\n## ')
    .slice(1)
    .map((section) => [section.split('\n', 1)[0] ?? '', section] as const),
);

const up = { established: 1, configured: 1 };
const down = { established: 0, configured: 1 };
const probe = { kind: 'probe', id: 'probe-1' } as const;
const told = (facts: Partial<RouterFacts>, count = up): RouterFacts => ({
  ...RUNNING,
  statements: [{ by: 'probe', at: NOW - 1_000, ...count }],
  ...facts,
});
const pair = (active: RouterFacts, standby: RouterFacts) => ({ 'tokyo-1': active, 'tokyo-2': standby });
const well = { trigger: probe, routers: pair(told({}), told({})) };
const memory = (change: Partial<Memory>): Memory => ({ ...situation().memory, ...change });
const bad = (at: number): ProbeRound => ({ at, ebgp: { 'tokyo-1': down, 'tokyo-2': up } });
const move: OperatorTrigger = {
  kind: 'operator',
  id: 'move-1',
  act: 'switchover',
  to: 'tokyo-2',
  by: 'ann',
  reason: 'kernel',
  overrides: [],
};

/** For each diagnosis what a site looks like that has nothing else wrong, so that no rule stands in the way. */
const LIKE: Readonly<Record<DiagnosisKind, Partial<Observation>>> = {
  Healthy: well,
  OwnerReportedFailed: {},
  OwnerLeft: { trigger: { ...REPORT, event: 'left' } },
  OwnerNotRunning: { ...well, routers: pair(told({ instance: 'stopped' }), told({})) },
  OwnerWithoutEbgp: {
    trigger: probe,
    routers: pair(told({}, down), told({})),
    memory: memory({ probes: [bad(NOW - 61_000), bad(NOW - 1_000)] }),
  },
  OwnerSuspected: { ...well, memory: memory({ probes: [bad(NOW - 1_000)] }) },
  OwnerDisputed: {
    routers: pair({ ...RUNNING, statements: [{ by: 'itself', at: NOW - 1_000, ...up }] }, told({})),
  },
  SwapUnfinished: {
    ...well,
    routes: routesAt(STANDBY_ENI, ACTIVE_ENI),
    memory: memory({ unfinished: { epoch: 4, to: 'tokyo-2', reason: 'reported-by-survivor' } }),
  },
  SwapAbandoned: {
    ...well,
    routers: pair(told({}), told({ instance: 'stopped' })),
    memory: memory({
      leasedUntil: NOW - 60_000,
      unfinished: { epoch: 4, to: 'tokyo-2', reason: 'reported-by-survivor' },
    }),
  },
  MoveRequested: { ...well, trigger: move },
  NothingAtSubject: { routes: allAt(STANDBY_ENI) },
  NoRouteOfThePair: { ...well, routes: allAt('igw-1') },
  RoutesSplit: { ...well, routes: routesAt(STANDBY_ENI, ACTIVE_ENI) },
  OwnerImpaired: { ...well, routers: pair(told({ statusChecks: 'impaired' }), told({})) },
  StandbyUnfit: { ...well, routers: pair(told({}), told({}, down)) },
  OwnerUnfit: { ...well, routers: pair(told({ statements: [] }), told({})) },
  BothUnfit: { ...well, routers: pair(told({}, down), told({}, down)) },
};

function rulesOf(kind: DiagnosisKind, automatic: boolean): string {
  if (automatic) return 'automatic';
  return kind === 'SwapUnfinished' ? 'finishing' : kind === 'SwapAbandoned' ? 'closing' : 'manual';
}

describe('docs/failure-diagnoses.md', () => {
  it('has a section for every diagnosis, and for nothing else', () => {
    expect([...sections.keys()].toSorted()).toEqual([...DIAGNOSES].toSorted());
  });

  it.each(DIAGNOSES)('%s: says what it is seen by, whether it is acted on, what one sees and does', (kind) => {
    const said = [...(sections.get(kind) ?? '').matchAll(/^\*\*(.+?):\*\* \S/gm)].map(([, part]) => part);
    expect(said).toEqual(PARTS);
  });

  it.each(DIAGNOSES)('%s: is acted on as the page says', (kind) => {
    const seen = situation(LIKE[kind]);
    const diagnosis = diagnose(seen);
    expect(diagnosis.kind).toBe(kind);
    const decision = decideOn(diagnosis, seen);
    expect(sections.get(kind)).toContain(
      decision.kind !== 'swap'
        ? '**Acted on:** no'
        : `**Acted on:** yes, by the ${rulesOf(kind, decision.automatic)} rules`,
    );
  });

  it('names every reason for which a rule says no', () => {
    const rules = readFileSync('failover/rules.ts', 'utf8');
    const [, union = ''] = /export type RefusalReason =([^;]+);/.exec(rules) ?? [];
    const reasons = [...union.matchAll(/'([a-z-]+)'/g)].map(([, reason = '']) => reason);
    const page = readFileSync(PAGE, 'utf8');
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
  });
});
