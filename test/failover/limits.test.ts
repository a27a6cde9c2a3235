import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as limits from '#failover/limits.ts';
import { ANSWER_WITHIN_MS, PROBE_EVERY_S, SWAP_WITHIN_MS } from '#functions/health-probe/settings.ts';
import { PREPARED_WITHIN_MS } from '#simulator/routers/reporter-times.ts';
import { longestDurationMs } from '#topology/duration.ts';

const probeMs = PROBE_EVERY_S * 1_000;
/** The default of a setting in `router/lib/config.sh`, in seconds there, in ms here. */
const routerMs = (setting: string) => {
  const [, seconds] = new RegExp(`"${setting}\\|(\\d+)\\|`).exec(readFileSync('router/lib/config.sh', 'utf8')) ?? [];
  return Number(seconds) * 1_000;
};

it.each([
  [
    'a reading stays fresh until the next round, even if its router answers that one late',
    limits.PROBE_FRESH_MS,
    probeMs + ANSWER_WITHIN_MS,
  ],
  [
    'two rounds are consecutive if one delivery between them was lost, and one was late',
    limits.CONSECUTIVE_ROUNDS_MS,
    2 * probeMs + ANSWER_WITHIN_MS,
  ],
  [
    'an earlier round is still stored when the next one is compared with it',
    limits.CONSECUTIVE_ROUNDS_MS,
    limits.PROBE_FRESH_MS,
  ],
  [
    'a router may miss one contact before the site is not ready',
    limits.CONTACT_FRESH_MS,
    2 * routerMs('CONTACT_EVERY') + limits.CLAIM_FRESH_MS,
  ],
  [
    'a new owner has sent a contact, which claims nothing, and a claim within its time',
    limits.OWNER_CLAIMS_WITHIN_MS,
    limits.SAME_OUTAGE_MS,
  ],
  [
    'a missing heartbeat is a witness for longer than the hourly limit lasts',
    limits.HEARTBEAT_EXPIRED_MS,
    limits.SWAP_COUNT_PERIOD_MS,
  ],
  [
    'automatic swaps are stored for as long as the hourly limit counts them',
    limits.AUTOMATIC_SWAPS_KEPT_MS,
    limits.SWAP_COUNT_PERIOD_MS,
  ],
  [
    'automatic swaps are stored for as long as the longest hold-down',
    limits.AUTOMATIC_SWAPS_KEPT_MS,
    longestDurationMs,
  ],
  [
    'what a suspected report prepared is used for several times the longer default of `confirm`, 1 s',
    limits.PREPARED_FOR_MS,
    3 * 1_000,
  ],
  [
    'what a suspected report prepared is used until its answer is no longer awaited, with the default of `confirm`',
    limits.PREPARED_FOR_MS,
    PREPARED_WITHIN_MS + 300,
  ],
  [
    'what a suspected report prepared is no older than a signed claim may be',
    limits.CLAIM_FRESH_MS,
    limits.PREPARED_FOR_MS,
  ],
  [
    'a lost session of the pair is recent for several rounds',
    limits.PAIR_SESSION_RECENT_MS,
    3 * limits.CONSECUTIVE_ROUNDS_MS,
  ],
  [
    'an abandoned swap is closed only after every claim that began it is old',
    limits.LEASE_SETTLED_MS + limits.LEASE_MS,
    limits.CLAIM_FRESH_MS,
  ],
  ['a lease outlasts the time in which EC2 may show old routes', limits.LEASE_MS, limits.DESCRIBE_LAGS_MS],
  [
    'a second announcement of a scheduled event leaves time to act before the evacuation',
    limits.EVENT_NEAR_MS,
    2 * limits.EVACUATE_BEFORE_MS,
  ],
  [
    'the second router of two events is evacuated to only if the first is back',
    limits.EVENTS_OVERLAP_MS,
    limits.EVACUATE_BEFORE_MS,
  ],
])('%s', (_, longer, shorter) => {
  expect(longer).toBeGreaterThanOrEqual(shorter);
});

it('a swap that the probe asks for ends before the next round', () => {
  expect(SWAP_WITHIN_MS).toBeLessThan(probeMs);
});

it('the owner’s veto needs more witnesses against it than a report needs for itself', () => {
  expect(limits.WITNESSES_AGAINST_VETO).toBeGreaterThan(1);
});
