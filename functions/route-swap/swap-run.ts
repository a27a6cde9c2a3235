import type { CallPacer } from '#failover/call-pacer.ts';
import type { SwapPlan, SwapStep } from '#failover/swap-plan.ts';
import type { Lease } from './lease.ts';
import type { Orders } from './orders.ts';
import type { SwapPorts } from './ports.ts';

/** A plan that is being carried out. */
export interface SwapRun {
  readonly plan: SwapPlan;
  /** The plan's, and those that the read-back added. */
  readonly steps: SwapStep[];
  /** 0: the site's most important route. */
  readonly rankOf: (step: SwapStep) => number;
  readonly lease: Lease;
  readonly orders: Orders;
  readonly pacer: CallPacer;
  readonly ports: SwapPorts;
  readonly attempts: Map<SwapStep, Attempt>;
  /** When EC2 accepted a call, ms since the epoch. */
  readonly accepted: number[];
  /** Why no further call is made. */
  stopped: string | undefined;
  /** When the last read-back began, ms since the epoch. */
  observedAt: number;
  /** Time between two read-backs: longer while EC2 does not answer them, ms. */
  readEveryMs: number;
  /** A read-back in progress. */
  observing: Promise<unknown> | undefined;
}

/** The result of a step so far. */
export interface Attempt {
  readonly kind: 'accepted' | 'arrived' | 'passing' | 'final';
  /** When EC2 accepted it, or showed it last, ms since the epoch. */
  readonly at: number;
  readonly why: string;
}

/** EC2 is eventually consistent: a read may show the old target for a while after a write that was accepted. */
const BELIEVE_ACCEPTED_MS = 2_000;

/** To be tried, or tried again: its last call can still succeed, and the route has neither arrived nor just been accepted. */
export function isDue({ attempts, ports }: SwapRun, step: SwapStep): boolean {
  const attempt = attempts.get(step);
  if (attempt === undefined || attempt.kind === 'passing') return true;
  return attempt.kind !== 'final' && ports.now() - attempt.at > BELIEVE_ACCEPTED_MS;
}
