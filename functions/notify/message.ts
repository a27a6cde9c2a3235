/** The first word of a subject. `DOWN`: traffic is lost now. `DEGRADED`: redundancy is lost. `OK`: one of them is over. */
export type Label = 'DOWN' | 'DEGRADED' | 'OK' | 'INFO';

/** A message to the operators on call, before it is written as an e-mail or a chat post. */
export interface Message {
  /** Unique: of the event that caused it. */
  readonly id: string;
  readonly label: Label;
  /** What a phone shows, after the label and the site: ASCII, without a period. */
  readonly title: string;
  /** What happened, who did it and why, as sentences. */
  readonly what: string;
  /** Label and value, such as `Since` and a time. */
  readonly facts: readonly (readonly [string, string])[];
  /** What to do now: a sentence, or a command, which begins with `vyos-failover`. */
  readonly next: readonly string[];
  /** Section of the runbook. */
  readonly runbook?: string;
  /** For a search in the history and the logs. */
  readonly ids: readonly string[];
  /** When it happened, ms since the epoch. */
  readonly at: number;
  /** Traffic is lost, or flows again: the limit of messages does not hold it back. */
  readonly isUrgent: boolean;
}

/** The site that messages are about. */
export interface NotifiedSite {
  readonly topology: string;
  readonly name: string;
  readonly region: string;
  /** Names of the active and the standby router. */
  readonly routers: readonly [string, string];
}

/** The other router of the pair. */
export function peerOf({ routers: [active, standby] }: NotifiedSite, router: string | undefined): string {
  return router === active ? standby : active;
}
