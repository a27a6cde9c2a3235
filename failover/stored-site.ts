import type { BgpEvidence } from './observation.ts';
import type { Heartbeat, Maintenance, Pause, StoredState } from './stored-state.ts';

/** What the store holds of a site, and what each router said of itself, by its interface. */
export interface StoredSite {
  readonly stored: StoredState;
  /** The record of the last swap as the store keeps it, for the store itself; undefined: there was no swap. */
  readonly lease?: object | undefined;
  /** From its reports. */
  readonly evidence: Readonly<Record<string, FromInstance<BgpEvidence>>>;
  readonly heartbeats: Readonly<Record<string, FromInstance<Heartbeat>>>;
  readonly contacts: Readonly<Record<string, FromInstance<Contact>>>;
}

/** What an instance said: it proves nothing about another instance in its place. */
export interface FromInstance<Content> {
  readonly instance: string;
  readonly content: Content;
}

/** Who reported: an interface, and the instance that was attached to it then. */
export interface Reporter {
  /** `eni-…` */
  readonly eni: string;
  /** `i-…` */
  readonly instance: string;
}

/** A router's proof that its reports arrive. */
export interface Contact {
  /** ms since the epoch. */
  readonly at: number;
}

/** What operators ordered that a run under way must obey. */
export interface OperatorOrders {
  readonly pause: Pause | undefined;
  /** Of the router asked about. */
  readonly maintenance: Maintenance | undefined;
}
