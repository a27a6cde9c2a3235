import { longestDurationMs } from '#topology/duration.ts';

/**
 * Every time and count that the rules rest on, in ms unless the name says otherwise. How they depend on each other, and on
 * the schedules of the probe and of the routers, is asserted in `test/failover/limits.test.ts`. What an operator may choose
 * is in the topology's `policy`, not here.
 */

/** A signed claim or report is evidence for 10 s (rule 1). It also bounds how far a router's clock may be off. */
export const CLAIM_FRESH_MS = 10_000;
/** A reading of the probe is evidence for 90 s: the schedule is one round a minute, and one round may be late (rule 1). */
export const PROBE_FRESH_MS = 90_000;
/** A witness report from another site is evidence for 30 s. */
export const WITNESS_REPORT_FRESH_MS = 30_000;

/** Consecutive heartbeats that must be missing before their absence is a witness. */
export const MISSED_HEARTBEATS = 3;
/** If the next heartbeat comes later than 1.5 intervals, one is missing: a round of the router's loop takes a little longer than its interval. */
export const HEARTBEAT_GAP_INTERVALS = 1.5;
/** After this long without a heartbeat the router is taken to have heartbeats switched off, and the absence is no witness. */
export const HEARTBEAT_EXPIRED_MS = 90 * 60_000;

/** Two probe rounds count as consecutive if no more than this apart: one delivery may be lost, and one late. */
export const CONSECUTIVE_ROUNDS_MS = 180_000;
/** A silent router is suspected if its session with the peer was up this recently and is down now. */
export const PAIR_SESSION_RECENT_MS = 30 * 60_000;
/** Independent witnesses, other than the peer, that outweigh the owner's veto (rule 3). */
export const WITNESSES_AGAINST_VETO = 2;

/** A router proves every 120 s that its reports arrive. Without that for 300 s the site is not ready to fail over. */
export const CONTACT_FRESH_MS = 300_000;
/** Probe rounds in a row that must agree before `Site Degraded` or `Site Recovered` is announced. The alarm `not-ready` waits as long. */
export const ROUNDS_BEFORE_ANNOUNCEMENT = 3;

/** Period that `policy.maxSwapsPerHour` counts in. */
export const SWAP_COUNT_PERIOD_MS = 3_600_000;
/** Automatic swaps are stored for as long as the longest hold-down that a topology may set. */
export const AUTOMATIC_SWAPS_KEPT_MS = longestDurationMs;
/** Serf notices an outage up to this much later than BFD: reports within it are about the same outage. */
export const SAME_OUTAGE_MS = 15_000;
/**
 * A router that has taken over, and does not see its peer, claims a path within 120 s. Until then hold-down applies to a
 * report of the same outage even if the policy's hold-down is shorter: two routers that only lost sight of each other move
 * the routes once.
 */
export const OWNER_CLAIMS_WITHIN_MS = 120_000;

/**
 * A lease ends after 16 s unless the run renews it: longer than the slowest call takes, and short enough that a crashed run
 * delays its successor little.
 */
export const LEASE_MS = 16_000;
/** After a lease has been over for 10 s no EC2 or DynamoDB read shows the state before its last call. */
export const LEASE_SETTLED_MS = 10_000;
/**
 * DescribeInstanceStatus may lag behind a state-change event by up to 15 s: EC2's API is eventually consistent
 * (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). No instance stops and runs again within
 * that time, so a `running` that contradicts the event is the older of the two.
 */
export const DESCRIBE_LAGS_MS = 15_000;

/**
 * What a suspected report prepared is used for 5 s: several times the time that a router asks its peer, and short enough that EC2's
 * facts are hardly older than EC2's own delay in showing a change.
 */
export const PREPARED_FOR_MS = 5_000;

/** With `policy.evacuate: automatic` the routes leave an instance this long before its scheduled event. */
export const EVACUATE_BEFORE_MS = 15 * 60_000;
/** Events of both routers less than this apart overlap: the first router may not be back when the second one stops. */
export const EVENTS_OVERLAP_MS = 30 * 60_000;
/** A scheduled event is announced a second time when it is this near. */
export const EVENT_NEAR_MS = 60 * 60_000;
/** A scheduled event delivered by EventBridge is dropped this long after its time: EC2 has carried it out or cancelled it. */
export const EVENT_KEPT_AFTER_MS = 6 * 60 * 60_000;
