import { readFileSync } from 'node:fs';
import { BOUNDED_STORE } from '#aws/bounds.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { CONTACT_FRESH_MS, LEASE_MS, MISSED_HEARTBEATS } from '#failover/limits.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import { NOTHING_STORED, type StoredState } from '#failover/stored-state.ts';

import { ANSWER_WITHIN_MS, PROBE_EVERY_S } from '#functions/health-probe/settings.ts';
import { PREPARED_WITHIN_MS } from '#simulator/routers/reporter-times.ts';
import { loadTopology } from '#topology/load.ts';
import {
  ACTIVE_ENI,
  ALONE,
  allAt,
  DETOUR,
  DOWN,
  NOW,
  REPORT,
  RUNNING,
  readOn,
  SITE,
  STANDBY_ENI,
  UP,
} from '../failover/situation.ts';

/** One failure: who detects it, and what the rules decide when it is detected. */
export interface LivenessRow {
  readonly failure: string;
  readonly who: string;
  readonly how: string;
  /** Until the routes move at the latest, ms, and what that consists of. `stay`: they need not move; `never`: they may not. */
  readonly within: { readonly ms: number; readonly is: string } | 'stay' | 'never';
  /** What is observed then. */
  readonly observation: Partial<Observation>;
}

const topology = loaded();
const { bfd } = topology;
const [site] = topology.sites;

/** From a confirmed failure to moved routes: measured in the lab with 40 ms a call (docs/bench.md). */
const REPORTING_MS = 300;
/** Until Serf reports a killed member as failed: measured (docs/bench.md). */
const SERF_MS = 7_000;
/** EC2's checks run every minute, and two of them fail before the status is `impaired`. */
const STATUS_CHECK_MS = 120_000;
/** EventBridge guarantees no time; seconds are usual. Assumed. */
const EVENT_MS = 5_000;
/** Observation, decision and calls of a trigger whose time is not measured. Assumed. */
const ACTING_MS = 1_000;

const confirmMs = site?.confirmMs ?? 0;
const bfdMs = bfd.intervalMs * bfd.multiplier;
const reconcileMs = seconds('RECONCILE_EVERY');
const probeMs = PROBE_EVERY_S * 1000;
const oneRound = probeMs + ANSWER_WITHIN_MS + ACTING_MS;
const twoRounds = 2 * probeMs + ANSWER_WITHIN_MS + ACTING_MS;
const storeMs = BOUNDED_STORE.maxAttempts * BOUNDED_STORE.requestHandler.requestTimeout;

/** After how long a router gives up a request without an answer. */
const GIVEN_UP_MS = Number(/ -m (\d+) /.exec(readFileSync('router/lib/sign.sh', 'utf8'))?.[1]) * 1000;

/** The default of a key of report.conf, in ms. */
function seconds(key: string): number {
  const [, value] = new RegExp(`["']${key}\\|([0-9.]+)\\|`).exec(readFileSync('router/lib/config.sh', 'utf8')) ?? [];
  if (value === undefined) throw new Error(`router/lib/config.sh has no ${key}`);
  return Number(value) * 1000;
}

function loaded() {
  const file = 'examples/tokyo-virginia.yaml';
  const { topology: found, mistakes } = loadTopology(readFileSync(file, 'utf8'), file);
  if (found === undefined) throw new Error(mistakes.map(String).join('\n'));
  return found;
}

const probe = { kind: 'probe', id: 'probe-1' } as const;
const event = { kind: 'ec2', id: 'event-1', instance: SITE.routers.active.instance, state: 'stopped' } as const;
const well: RouterFacts = { ...RUNNING, evidence: [{ by: 'probe', at: NOW - 20_000, bgp: UP }] };
const pair = (active: Partial<RouterFacts>, standby: Partial<RouterFacts> = {}) => ({
  'tokyo-1': { ...well, ...active },
  'tokyo-2': { ...well, ...standby },
});
const rounds = (active: BgpCounts | null, standby: BgpCounts): StoredState['probes'] =>
  [61_000, 1_000].map((ago) => ({
    at: NOW - ago,
    pairUpAt: NOW - 121_000,
    readings: {
      [ACTIVE_ENI]: active && readOn(SITE.routers.active, active),
      [STANDBY_ENI]: readOn(SITE.routers.standby, standby),
    },
  }));
const storedState = (change: Partial<StoredState>): StoredState => ({ ...NOTHING_STORED, ...change });
const reported: Partial<Observation> = {
  trigger: REPORT,
  routers: pair({}, { evidence: [{ by: 'itself', at: REPORT.at, bgp: UP }] }),
};
const stopped = { routers: pair({ instance: 'stopped', statusChecks: 'unknown' }) };

export const ROWS: readonly LivenessRow[] = [
  {
    failure: 'The owner fails, or its kernel hangs (BFD)',
    who: 'its peer',
    how: 'BFD is down, the host does not answer TCP: report',
    within: {
      ms: bfdMs + confirmMs + REPORTING_MS,
      is: `BFD ${bfdMs} ms + confirm ${confirmMs} ms + ${REPORTING_MS} ms measured`,
    },
    observation: reported,
  },
  {
    failure: 'The same without BFD (Serf only)',
    who: 'its peer',
    how: '`member-failed`, the host does not answer TCP: report',
    within: { ms: SERF_MS + confirmMs + REPORTING_MS, is: 'Serf, measured, + the same' },
    observation: reported,
  },
  {
    failure: 'The owner fails (BFD), and the suspected report has no answer',
    who: 'its peer',
    how: `the peer is asked for ${PREPARED_WITHIN_MS / 1000} s more: report on a new connection, in one phase`,
    within: {
      ms: bfdMs + confirmMs + PREPARED_WITHIN_MS + ACTING_MS,
      is: `BFD, confirm, the wait of ${PREPARED_WITHIN_MS / 1000} s, and a run, assumed`,
    },
    observation: reported,
  },
  {
    failure: 'The same, and the report after it has no answer either',
    who: 'its peer',
    how: `a request is given up after ${GIVEN_UP_MS / 1000} s; the peer is asked, and the report is sent again`,
    within: {
      ms: bfdMs + confirmMs + PREPARED_WITHIN_MS + GIVEN_UP_MS + confirmMs + ACTING_MS,
      is: `the same, and ${GIVEN_UP_MS / 1000} s, confirm; as long again, and the wait before a retry, for each further one`,
    },
    observation: reported,
  },
  {
    failure: 'The owner shuts down: daemons first, then the kernel',
    who: 'its peer',
    how: `checks again every 0.5 s for ${seconds('ASK_AGAIN_FOR') / 1000} s after BFD went down; later its reconcile loop does: report`,
    within: {
      ms: 2 * reconcileMs + 2 * confirmMs + REPORTING_MS,
      is: `two rounds of ${reconcileMs / 1000} s without an answer; about 1 s after the kernel stops, if it stops within the first ${seconds('ASK_AGAIN_FOR') / 1000} s`,
    },
    observation: reported,
  },
  {
    failure: 'The owner had failed before its peer’s detectors started',
    who: 'its peer',
    how: 'reconcile loop, two rounds without an answer: report',
    within: { ms: 2 * reconcileMs + 2 * confirmMs + REPORTING_MS, is: `two rounds of ${reconcileMs / 1000} s` },
    observation: reported,
  },
  {
    failure: 'The owner is stopped or terminated, and no report arrives',
    who: 'EC2',
    how: 'EventBridge rule on the instance’s state',
    within: { ms: EVENT_MS + ACTING_MS, is: 'EventBridge, assumed' },
    observation: { ...stopped, trigger: event },
  },
  {
    failure: 'The same, and the event is lost',
    who: 'the probe',
    how: 'reads EC2 every minute',
    within: { ms: oneRound, is: 'one round' },
    observation: { ...stopped, trigger: probe },
  },
  {
    failure:
      'The owner’s source/dest check is switched on; its interface is detached, missing or attached to another instance; its routes are a blackhole',
    who: 'the probe',
    how: 'reads EC2 every minute',
    within: { ms: oneRound, is: 'one round' },
    observation: { trigger: probe, routers: pair({ sourceDestCheck: true }) },
  },
  {
    failure: 'The owner hangs, and its peer cannot report',
    who: 'EC2 and the probe',
    how: 'status check impaired, and two rounds without an answer',
    within: { ms: STATUS_CHECK_MS + twoRounds, is: 'two status checks, and at most two more rounds' },
    observation: {
      trigger: probe,
      routers: pair({ statusChecks: 'impaired', evidence: [] }),
      stored: storedState({ probes: rounds(null, ALONE) }),
    },
  },
  {
    failure: 'All programs of the owner hang, its kernel runs',
    who: 'the probe',
    how: 'two rounds without an answer, and the peer has lost its session with it',
    within: { ms: twoRounds, is: 'two rounds' },
    observation: {
      trigger: probe,
      routers: pair({ evidence: [] }),
      stored: storedState({ probes: rounds(null, ALONE) }),
    },
  },
  {
    failure: 'The owner’s FRR fails, its host runs',
    who: 'the probe',
    how: 'neither path nor detour in two rounds',
    within: { ms: twoRounds, is: 'two rounds' },
    observation: {
      trigger: probe,
      routers: pair({ evidence: [] }),
      stored: storedState({ probes: rounds(DOWN, ALONE) }),
    },
  },
  {
    failure: 'The owner’s tunnels fail, and the pair cannot forward',
    who: 'the probe',
    how: 'neither path nor detour in two rounds',
    within: { ms: twoRounds, is: 'two rounds' },
    observation: {
      trigger: probe,
      site: { ...SITE, pairForwards: false },
      routers: pair({ evidence: [] }),
      stored: storedState({ probes: rounds(DETOUR, UP) }),
    },
  },
  {
    failure: 'The owner’s tunnels fail, or the router at their far end, and the pair can forward',
    who: 'BFD and BGP',
    how: 'BGP routes the traffic over the peer; `Site Degraded` is announced (`OwnerDetoured`)',
    within: 'stay',
    observation: {
      trigger: probe,
      routers: pair({ evidence: [{ by: 'probe', at: NOW - 1_000, bgp: DETOUR }] }),
      stored: storedState({ probes: rounds(DETOUR, UP) }),
    },
  },
  {
    failure: 'The two routers lose contact with each other, both are healthy',
    who: 'each reports the other',
    how: 'the owner’s claim of a path is a veto; routes move at most once',
    within: 'stay',
    observation: { ...reported, routers: pair({ evidence: [{ by: 'itself', at: NOW - 200, bgp: UP }] }) },
  },
  {
    failure: 'The owner fails, `prefer: safety`',
    who: 'its peer and a witness',
    how: `report, and the owner’s heartbeats stopped (${MISSED_HEARTBEATS} missed), or the probe, EC2’s status check or another site agrees`,
    within: {
      ms: MISSED_HEARTBEATS * reconcileMs + seconds('RETRY_EVERY') * 1.5 + REPORTING_MS,
      is: `${MISSED_HEARTBEATS} heartbeats of ${reconcileMs / 1000} s, and the next retry of the report`,
    },
    observation: {
      ...reported,
      site: { ...SITE, policy: { ...SITE.policy, prefer: 'safety' } },
      routers: pair(
        { evidence: [], heartbeat: { at: NOW - MISSED_HEARTBEATS * reconcileMs - 1, everyMs: reconcileMs } },
        {
          evidence: [{ by: 'itself', at: REPORT.at, bgp: UP }],
          heartbeat: { at: NOW - 1, everyMs: reconcileMs, since: 0 },
        },
      ),
    },
  },
  {
    failure: 'The owner is stopped while SSM does not answer in the whole Region',
    who: 'EC2',
    how: 'certain: a target that was healthy when last read is sufficient',
    within: { ms: EVENT_MS + ACTING_MS, is: 'EventBridge, assumed' },
    observation: {
      trigger: event,
      routers: pair(
        { instance: 'stopped', statusChecks: 'unknown' },
        { evidence: [{ by: 'probe', at: NOW - 3_600_000, bgp: UP }] },
      ),
    },
  },
  {
    failure: 'The owner is stopped while the store cannot be read or written (`prefer: availability`)',
    who: 'as above',
    how: 'EC2’s state is the second signal: without lease, `LockBypassed`',
    within: {
      ms: EVENT_MS + ACTING_MS + 2 * storeMs,
      is: `as above, and the store’s timeout of ${storeMs / 1000} s, twice`,
    },
    observation: { ...stopped, trigger: event, stored: storedState({ reachable: false }) },
  },
  {
    failure: 'The owner fails while the store cannot be read or written (`prefer: availability`)',
    who: 'its peer',
    how: 'report, and route-swap reads BGP on both routers itself, or EC2’s status check agrees',
    within: {
      ms: STATUS_CHECK_MS + seconds('RETRY_EVERY') * 1.5 + 2 * storeMs,
      is: 'EC2’s status checks, and the next retry',
    },
    observation: {
      ...reported,
      routers: pair(
        { evidence: [], statusChecks: 'impaired' },
        { evidence: [{ by: 'itself', at: REPORT.at, bgp: UP }] },
      ),
      stored: storedState({ reachable: false }),
    },
  },
  {
    failure: 'A swap is interrupted after its first call',
    who: 'the next trigger',
    how: 'a retry of the same report, or the probe, finishes it from the journal once its lease has ended',
    within: { ms: LEASE_MS + oneRound, is: `lease ${LEASE_MS / 1000} s, and one round` },
    observation: {
      trigger: probe,
      routes: [...allAt(ACTIVE_ENI).slice(0, 1), ...allAt(STANDBY_ENI).slice(1)],
      routers: pair({ evidence: [] }),
      stored: storedState({
        epoch: 5,
        leasedUntil: NOW - 1,
        lastTarget: STANDBY_ENI,
        unfinished: { epoch: 5, to: STANDBY_ENI, reason: 'reported-by-survivor' },
      }),
    },
  },
  {
    failure:
      'A reported swap takes the lease, and its run is ended, or the store takes nothing more, before a route moves',
    who: 'its peer',
    how: `other runs answer \`lease-held\`; the router sends its report again every ${seconds('RETRY_EVERY') / 1000} s, or up to half as long again`,
    within: {
      ms: bfdMs + confirmMs + LEASE_MS + seconds('RETRY_EVERY') * 1.5 + confirmMs + ACTING_MS,
      is: `BFD, confirm, lease ${LEASE_MS / 1000} s, the next retry`,
    },
    observation: { ...reported, stored: storedState({ epoch: 5, leasedUntil: NOW - 1 }) },
  },
  {
    failure: 'The new owner stops within hold-down, and its peer is healthy again',
    who: 'as the first rows',
    how: 'certain: hold-down does not apply',
    within: { ms: oneRound, is: 'one round at the latest' },
    observation: { ...stopped, trigger: probe, stored: storedState({ automaticSwaps: [NOW - 60_000] }) },
  },
  {
    failure: 'A route is moved back to the stopped router by hand',
    who: 'the probe',
    how: 'certain; and repairing the last swap is no new swap',
    within: { ms: oneRound, is: 'one round' },
    observation: {
      trigger: probe,
      routes: [...allAt(ACTIVE_ENI).slice(0, 1), ...allAt(STANDBY_ENI).slice(1)],
      routers: pair({ instance: 'stopped', statusChecks: 'unknown' }),
      stored: storedState({ automaticSwaps: [NOW - 60_000], lastTarget: STANDBY_ENI }),
    },
  },
  {
    failure: 'Both routers are unfit',
    who: 'the probe',
    how: '`Site Degraded` is announced (`BothUnfit`); the first router that is fit again gets the routes',
    within: 'never',
    observation: { ...stopped, trigger: probe, routers: pair({ instance: 'stopped' }, { instance: 'stopped' }) },
  },
];

/** Not a failure of the owner, but it would make the next one slow. */
export const CONTACT_MINUTES = CONTACT_FRESH_MS / 60_000;
