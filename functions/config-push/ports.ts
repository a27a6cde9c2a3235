import type { PushStore } from '#aws/push-store.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import type { SsmAgent } from '#aws/ssm-agent.ts';
import type { Announce } from '#contracts/events.ts';
import type { MetricOf } from '#contracts/metrics.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { CreatedIds } from '#functions/created-ids.ts';
import type { Log } from '#functions/log.ts';
import type { ObservationPorts } from '#functions/observe.ts';
import type { SiteStore } from '#functions/site-store.ts';
import type { PushRecord } from './record/push-record.ts';
import type { CommandDeadlines, VerifySettings } from './settings.ts';

/** What a push needs of the outside: `handler.ts` provides it from AWS, tests from plain objects. */
export interface PushPorts extends ObservationPorts {
  /** Of the deployed stacks, for a pushed topology. */
  readonly createdIds: CreatedIds;
  /** Unique to this run. */
  readonly run: string;
  readonly verify: VerifySettings;
  readonly deadlines: CommandDeadlines;
  /** Lambda ends this run by then; ms since the epoch. */
  readonly endsAt: number;
  /** Resolves after this time, ms. */
  readonly sleep: (ms: number) => Promise<void>;
  /** What SSM reports of the router's agent; undefined: SSM did not answer. */
  describeAgent(router: ManagedRouter): Promise<SsmAgent | undefined>;
  /** Runs `router/show-config`. */
  showConfig(router: ManagedRouter): Promise<CommandEnd>;
  /** Runs `router/list-neighbors`: prints the BGP neighbors as JSON, one by one. */
  readNeighbors(router: ManagedRouter): Promise<CommandEnd>;
  /**
   * Runs `router/apply-config`.
   *
   * @param deadlineMs the command is cancelled after this time, ms
   */
  applyConfig(
    router: ManagedRouter,
    parameters: Readonly<Record<string, string>>,
    deadlineMs: number,
  ): Promise<CommandEnd>;
  /** Names of the routers that can run the programs of a bundle. */
  readonly programRouters: readonly string[];
  /**
   * Runs `router/install-bundle`. May be sent again: an attempt is carried out once.
   *
   * @param deadlineMs the command is cancelled after this time, ms; the installation continues without it
   */
  installBundle(
    router: ManagedRouter,
    parameters: { readonly Action: 'show' | 'install'; readonly Attempt: string },
    deadlineMs: number,
  ): Promise<CommandEnd>;
  readonly store: Pick<SiteStore, 'read' | 'recordHistory' | 'recordDetail' | 'recordClaim'>;
  /** Of this run. */
  readonly record: PushRecord;
  readonly pushes: Pick<
    PushStore,
    'journal' | 'begin' | 'takeOver' | 'update' | 'cancel' | 'cancelledPush' | 'pushed' | 'setPushed'
  >;
  readonly announce: Announce;
  /** A count. */
  readonly metric: (name: MetricOf<'config-push'>, value: number) => void;
  readonly log: Log;
}
