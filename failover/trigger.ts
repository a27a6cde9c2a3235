import type { BgpCounts } from './bgp-counts.ts';
import type { Requester } from './requester.ts';
import type { Notice } from './scheduled-event.ts';
import type { ProbeRound } from './stored-state.ts';

/** What causes a run. Every trigger is handled by the same code; it only adds evidence. */
export type Trigger = ReportTrigger | InstanceTrigger | ProbeTrigger | OperatorTrigger;

/** A router of the pair reports, signed with its instance role, that its peer failed or left. */
export interface ReportTrigger {
  readonly kind: 'report';
  /** Chosen by the reporter; the same on each retry. */
  readonly id: string;
  readonly detector: 'serf' | 'bfd' | 'vrrp';
  /** `failed`: it stopped answering. `left`: it left the Serf cluster, or was shut down. */
  readonly event: 'failed' | 'left';
  /** Router names. The reporter asks for the traffic to come to itself. */
  readonly reporter: string;
  readonly subject: string;
  /** `i-…` of the reporter, which signed. */
  readonly instance: string;
  /** Set if the reporter has sent a suspected report with this id before, which may have arrived or not. */
  readonly phase?: 'confirmed' | undefined;
  /** When the reporter wrote it, by its own clock, ms since the epoch. */
  readonly at: number;
  /** When the failure was first noticed, by the reporter's clock; undefined: not stated. */
  readonly detectedAt?: number | undefined;
  /** When the peer was last asked and did not answer, by the reporter's clock; undefined: it was not asked. */
  readonly confirmedAt?: number | undefined;
  /** The peer has never answered the reporter since it was installed; undefined: it has, or that is unknown. */
  readonly neverAnswered?: true | undefined;
  /** `detectedAt` by AWS's clock (`noticedAt` in claim.ts). A claim of the owner after that time is a veto. */
  readonly noticedAt?: number | undefined;
  /** The reporter's own BGP sessions; undefined: it could not read them. */
  readonly bgp: BgpCounts | undefined;
  /** How it asked its peer, and why it could not read its sessions: recorded in the history; no rule reads it. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** EC2 reports that an instance of the pair changed its state, or CloudWatch that its status check failed. */
export interface InstanceTrigger {
  readonly kind: 'ec2';
  readonly id: string;
  readonly instance: string;
  readonly state: string;
  /** Time of the event, by AWS's clock, ms since the epoch; undefined: not stated. */
  readonly at?: number | undefined;
  /** The scheduled events that this event announces, if any. */
  readonly notices?: readonly Notice[];
}

/** health-probe asks, after its own round. */
export interface ProbeTrigger {
  readonly kind: 'probe';
  readonly id: string;
  /** Its last rounds, for a store that cannot be read or did not keep them. */
  readonly rounds?: readonly ProbeRound[] | undefined;
}

/** An operator asks for the routes to move. */
export interface OperatorTrigger {
  readonly kind: 'operator';
  readonly id: string;
  /** `failback`: to the router that the topology prefers. */
  readonly act: 'switchover' | 'failback';
  /** Router name. */
  readonly to: string;
  /** The operator's name in sentences. */
  readonly by: string;
  /** Undefined: unknown. No rule reads it. */
  readonly requestedBy?: Requester | undefined;
  readonly reason: string;
  /** Rules that the operator overrides, each by its own name. */
  readonly overrides: readonly Override[];
}

/** Rules that an operator may override. Rule 1, a fit target, is not among them. */
export const OVERRIDES = ['paused', 'mode-observe', 'mode-off', 'memory-unreachable'] as const;
export type Override = (typeof OVERRIDES)[number];

/** The detector of a trigger, as in the history. */
export function detectorOf(trigger: Trigger): 'serf' | 'bfd' | 'vrrp' | 'ec2' | 'probe' | 'operator' {
  return trigger.kind === 'report' ? trigger.detector : trigger.kind;
}
