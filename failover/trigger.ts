import type { BgpCounts } from './bgp-counts.ts';
import type { Notice } from './scheduled-event.ts';
import type { ProbeRound } from './stored-state.ts';

/** Why a site is looked at. Every trigger ends in the same story; it only adds evidence. */
export type Trigger = ReportTrigger | InstanceTrigger | ProbeTrigger | OperatorTrigger;

/** A router of the pair says, signed with its instance role, that its peer is gone. */
export interface ReportTrigger {
  readonly kind: 'report';
  /** Chosen by the reporter; the same on each retry. */
  readonly id: string;
  readonly detector: 'serf' | 'bfd' | 'vrrp';
  /** `failed`: it stopped answering. `left`: it said goodbye. */
  readonly event: 'failed' | 'left';
  /** Router names. The reporter asks for the traffic to come to itself. */
  readonly reporter: string;
  readonly subject: string;
  /** `i-…` of the reporter, which signed. */
  readonly instance: string;
  /** When the reporter read its evidence, by its own clock, ms since the epoch. */
  readonly at: number;
  /** When the failure was first noticed, by the reporter's clock; undefined: it did not say. */
  readonly detectedAt?: number | undefined;
  /** When the peer was last asked and did not answer, by the reporter's clock; undefined: it was not asked. */
  readonly confirmedAt?: number | undefined;
  /** The peer has not answered the reporter once since that was installed; undefined: it has, or nobody knows. */
  readonly neverAnswered?: true | undefined;
  /** `detectedAt` by AWS's clock, as far as that can be told: what the owner says of itself after that is a veto. */
  readonly noticedAt?: number | undefined;
  /** The reporter's own BGP sessions; undefined: it could not read them. */
  readonly bgp: BgpCounts | undefined;
}

/** EC2 says that an instance of the pair changed its state, or CloudWatch that its status check failed. */
export interface InstanceTrigger {
  readonly kind: 'ec2';
  readonly id: string;
  readonly instance: string;
  readonly state: string;
  /** When that was so, by AWS's clock, ms since the epoch; undefined: the event does not say. */
  readonly at?: number | undefined;
  /** What AWS announces by this event, if that is what it does. */
  readonly notices?: readonly Notice[];
}

/** health-probe asks, after its own round. */
export interface ProbeTrigger {
  readonly kind: 'probe';
  readonly id: string;
  /** Its last rounds, for when the store does not tell them, or did not take them. */
  readonly rounds?: readonly ProbeRound[] | undefined;
}

/** A person asks for the routes to move. */
export interface OperatorTrigger {
  readonly kind: 'operator';
  readonly id: string;
  /** `failback`: to the router that the topology prefers. */
  readonly act: 'switchover' | 'failback';
  /** Router name. */
  readonly to: string;
  readonly by: string;
  readonly reason: string;
  /** Rules that this person sets aside, each by its own name. */
  readonly overrides: readonly Override[];
}

/** Rules that a person may set aside. That the target must be fit is none of them. */
export const OVERRIDES = ['paused', 'mode-observe', 'mode-off', 'memory-unreachable'] as const;
export type Override = (typeof OVERRIDES)[number];

/** The trigger's detector, in the words of the history. */
export function detectorOf(trigger: Trigger): 'serf' | 'bfd' | 'vrrp' | 'ec2' | 'probe' | 'operator' {
  return trigger.kind === 'report' ? trigger.detector : trigger.kind;
}
