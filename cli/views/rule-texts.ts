import type { Decision } from '#failover/decision.ts';

/** The rule behind each reason of a decision. The decision's own sentence has the particulars. */
const RULE_TEXTS: Readonly<Record<Decision['reason'], string>> = {
  healthy: 'without a failure, no routes move',
  degraded: 'a swap would not repair this fault, so no routes move',
  'one-probe-only': 'one probe round is not enough evidence; two consecutive rounds are',
  'nothing-at-subject': 'the failed router has no routes, so there are none to move',
  'owner-not-running':
    'EC2 reports that the owner is not running, which is a certain failure: the routes move to a fit target',
  'owner-cannot-forward':
    "EC2 reports that the owner's interface cannot forward, which is a certain failure: the routes move to a fit target",
  'reported-by-survivor':
    "with prefer: availability, the peer's own authenticated report of a new failure is sufficient",
  'owner-left': 'a router that announces its departure hands over its routes',
  'ebgp-down-twice': 'two consecutive probe rounds found the owner without path or detour, and its peer with a path',
  'owner-silent':
    'two consecutive probe rounds found the owner silent and its peer with a path, and a status check or the session of the pair confirms it',
  evacuation:
    "policy: { evacuate: automatic } moves the routes to a fit target before a scheduled event of the owner's instance",
  'finish-swap': 'a swap that has begun is finished, never rolled back',
  'give-up-swap': 'a swap that is not recorded as finished is closed, not finished, if no route is at its target',
  switchover: 'an operator requested it',
  failback: 'an operator requested it',
  'no-managed-route': 'only managed routes that point at the pair are moved',
  'target-unfit': 'routes move only to a router that is proven fit; this rule has no override',
  'both-unfit': 'routes move only to a router that is proven fit; this rule has no override',
  'owner-healthy':
    'a path that the owner has claimed since the failure was noticed is a veto; two independent witnesses outweigh it',
  'second-witness-missing': 'prefer: safety requires a witness other than the peer',
  'hold-down': 'after an automatic swap, hold-down delays the next one on suspicion; an operator can override it',
  'too-many-swaps': 'policy.maxSwapsPerHour limits automatic swaps; an operator can still move the routes',
  paused: 'a pause stops automatic failover; an operator can override it by name',
  'mode-observe': 'mode: observe decides, records and notifies, and moves no routes',
  'mode-off': 'mode: off moves no routes',
  'lease-held': 'only one swap runs at a time',
  'memory-unreachable':
    'without the DynamoDB table, pause, hold-down and lease are unknown: a second signal must agree, or an operator must override this rule by name',
  replayed: 'each request id is acted on once',
  'peer-never-answered':
    'a peer that has never answered its reporter is no evidence of a failure; most likely its ports are closed',
  'report-stale': 'a report must be recent and about a new failure',
};

/** Undefined: the reason comes from a newer version. */
export function ruleText(reason: string): string | undefined {
  return Object.hasOwn(RULE_TEXTS, reason) ? RULE_TEXTS[reason as Decision['reason']] : undefined;
}
