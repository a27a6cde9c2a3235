import type { ReplaceOutcome } from '#aws/route-tables.ts';
import type { Announce } from '#contracts/events.ts';
import type { MetricOf } from '#contracts/metrics.ts';
import type { PushJournal } from '#contracts/push-journal.ts';
import type { KeptRequest } from '#contracts/request-progress.ts';
import type { CallPacer } from '#failover/call-pacer.ts';
import type { ManagedRoute } from '#failover/site.ts';
import type { AwsAccount } from '#functions/caller.ts';
import type { Log } from '#functions/log.ts';
import type { ObservationPorts } from '#functions/observe.ts';
import type { RoundPorts } from '#functions/read-round.ts';
import type {
  ClaimStore,
  HistoryStore,
  InterfaceStore,
  LeaseStore,
  OperatorStore,
  StateStore,
} from '#functions/site-store.ts';
import type { AnnouncedOutcomes } from './announced-outcomes.ts';
import type { PreparedObservations } from './prepared-observations.ts';
import type { UnjournaledSwaps } from './unjournaled-swaps.ts';

/** What a swap reads and calls. `handler.ts` uses AWS clients, tests use plain objects. */
export interface SwapPorts extends ObservationPorts {
  /** Resolves after this time, ms. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The function's own. */
  readonly account: AwsAccount;
  /** Unique to this run. */
  readonly run: string;
  /** Nothing is begun after this, ms since the epoch: the function is ended soon after. */
  readonly deadline: number;
  /** The account's throttle for ReplaceRoute; outlives the run. */
  readonly pacer: CallPacer;
  /** Outlives the run, too. */
  readonly announcedOutcomes: AnnouncedOutcomes;
  /** Outlives the run, too. */
  readonly unjournaled: UnjournaledSwaps;
  /** Outlives the run, too. */
  readonly prepared: PreparedObservations;
  replaceRoute(route: ManagedRoute, eni: string): Promise<ReplaceOutcome>;
  /** Asks EC2 whether it would. */
  readonly rehearseReplace: (route: ManagedRoute, eni: string) => Promise<ReplaceOutcome>;
  readonly readBgp: RoundPorts['readBgp'];
  /** Runs the document of `doctor` on a router: prints what only the router can show, as JSON. */
  readonly examineRouter: RoundPorts['readBgp'];
  readonly store: InterfaceStore & StateStore & ClaimStore & LeaseStore & OperatorStore & HistoryStore;
  /** The journal of config-push; undefined before the first push. */
  readonly pushJournal: () => Promise<PushJournal | undefined>;
  /** A request to config-push by its id; undefined: there is none. */
  readonly pushRequest: (id: string) => Promise<KeptRequest | undefined>;
  /** Boot parameters of the site's routers, as JSON, by router; one that is not there is left out. */
  readonly bootParameters: () => Promise<Readonly<Record<string, string>>>;
  readonly announce: Announce;
  /** Emits one metric of the site. */
  readonly metric: (name: MetricOf<'route-swap'>, value: number) => void;
  readonly log: Log;
}
