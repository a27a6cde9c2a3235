import type { Decision } from '#failover/decision.ts';

/** Which rule speaks in a decision, by its reason. The sentence of the decision has the particulars. */
export const RULE_TEXTS: Readonly<Record<Decision['reason'], string>> = {
  healthy: 'nothing is wrong, so nothing moves',
  degraded: 'no swap of ours would mend this, so nothing moves',
  'one-probe-only': 'one round of the probe proves nothing; two in a row do',
  'nothing-at-subject': 'a router without routes has none to give up',
  'owner-not-running': 'EC2 reports that the owner does not run: routes move to a fit peer',
  'owner-cannot-forward': "EC2 reports that nothing passes the owner's interface: routes move to a fit peer",
  'reported-by-survivor':
    "the peer's own signed report of a new failure is enough for a pair that prefers availability",
  'owner-left': 'a router that says goodbye hands its routes over',
  'ebgp-down-twice': 'two rounds of the probe in a row found the owner without a path or detour and its peer well',
  'owner-silent':
    'an impaired status check, and two rounds of the probe in a row that found the owner silent and its peer well',
  evacuation:
    "policy: { evacuate: automatic } moves the routes to a fit peer before a scheduled event of the owner's instance",
  'finish-swap': 'a swap that began is finished, never rolled back',
  'give-up-swap': 'a swap that moved nothing, to a router that is not fit any more, is closed and not kept for later',
  switchover: 'a person asked for it',
  failback: 'a person asked for it',
  'no-managed-route': 'only routes that point at the pair are touched',
  'target-unfit': 'never to a router that is not proven fit; nobody may set this aside',
  'both-unfit': 'never to a router that is not proven fit; nobody may set this aside',
  'owner-healthy':
    'a path that the owner has claimed since the failure was noticed is a veto; two more witnesses outweigh it',
  'second-witness-missing': 'prefer: safety wants a witness who is not the peer',
  'hold-down': 'after an automatic swap there is no other automatic one for a while; a person may',
  'too-many-swaps': 'so many automatic swaps an hour and no more; then a person',
  paused: 'a pause; a person may set it aside by name',
  'mode-observe': 'mode: observe decides, records and tells, and moves nothing',
  'mode-off': 'mode: off moves nothing',
  'lease-held': 'one swap at a time',
  'memory-unreachable':
    'without the store nobody knows of pause, hold-down and lease; a second signal must agree, or a person override it by name',
  replayed: 'the same id is acted on once',
  'peer-never-answered': 'who has never answered its reporter is no failure of now: most likely ports are closed',
  'report-stale': 'an old report, or one of an old failure, says nothing about now',
};

/** The rule's words; undefined for a reason of a newer version than this. */
export function ruleText(reason: string): string | undefined {
  return Object.hasOwn(RULE_TEXTS, reason) ? RULE_TEXTS[reason as Decision['reason']] : undefined;
}
