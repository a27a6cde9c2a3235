import type { Ec2Facts } from '#aws/routers.ts';
import type { RouteFact } from '#failover/observation.ts';
import type { ManagedSite } from '#failover/site.ts';
import type { StoredSite } from '#failover/stored-site.ts';
import type { Override } from '#failover/trigger.ts';
import type { SessionReport } from './session-report.ts';
import type { RouterKey, SimulatedRouter } from './sites.ts';

/** A request to a function, as the simulator records it, independent of how the product reads it. */
export type Request =
  | ReportRequest
  /** The suspected phase of a report, or its withdrawal: it changes nothing. */
  | { readonly kind: 'suspicion'; readonly id: string; readonly phase: 'suspected' | 'withdrawn' }
  | { readonly kind: 'probe'; readonly id: string }
  /** `stopped`: EC2's event, of an instance that had stopped, or begun to, at that time; ms since the epoch. */
  | {
      readonly kind: 'ec2';
      readonly id: string;
      readonly stopped?: { readonly instance: string; readonly at: number };
    }
  | { readonly kind: 'operator'; readonly id: string; readonly to: RouterKey; readonly overrides: readonly Override[] }
  /** A heartbeat, a contact, a witness report, a probe round, a rehearsal, a change by an operator: it moves no route. */
  | { readonly kind: 'other'; readonly id: string };

export interface ReportRequest {
  readonly kind: 'report';
  readonly id: string;
  readonly reporter: RouterKey;
  readonly subject: RouterKey;
  readonly event: string;
  /** A suspected report may have preceded it. */
  readonly confirms: boolean;
  /** By the reporter's clock, ms since the epoch. */
  readonly at: number;
  readonly detectedAt: number | undefined;
  readonly confirmedAt: number | undefined;
  /** When it arrived. */
  readonly receivedAt: number;
}

/** EventBridge's time has whole seconds: a little more than the product's 15 s. */
const EVENT_NEWER_MS = 16_000;

/**
 * What a run observed before it decided, recorded where the answers arrive. It shares no code with the rules that it checks.
 */
export class Evidence {
  readonly request: Request;
  /** What the suspected report of this confirmed one observed, in the same environment. */
  readonly prepared: Evidence | undefined;
  #routes: readonly RouteFact[] | undefined;
  #routers: Readonly<Record<string, Ec2Facts>> | undefined;
  storeAnswer: StoredSite | 'unreachable' | undefined;
  /** When the run began to ask the store, and when the last answer came: ms. */
  storeAskedAt = 0;
  completeAt = 0;
  /** What the run itself learned about the routers' sessions: from its request, or by reading them. */
  readonly sessionReports: SessionReport[] = [];

  constructor(request: Request, prepared?: Evidence) {
    this.request = request;
    this.prepared = prepared;
  }

  /** The run observed EC2 itself. */
  sawRoutes(routes: readonly RouteFact[]): void {
    this.#routes ??= routes;
  }

  sawRouters(routers: Readonly<Record<string, Ec2Facts>>): void {
    this.#routers = { ...this.#routers, ...routers };
  }

  get routes(): readonly RouteFact[] | undefined {
    return this.#routes ?? this.prepared?.routes;
  }

  get routers(): Readonly<Record<string, Ec2Facts>> | undefined {
    return this.#routers ?? this.prepared?.routers;
  }

  /** It relies on what was prepared. */
  get isPrepared(): boolean {
    return this.#routes === undefined && this.prepared !== undefined;
  }

  /** The store did not answer this run. */
  get withoutStore(): boolean {
    return this.storeAnswer === 'unreachable';
  }

  get stored() {
    const { storeAnswer } = this;
    return storeAnswer === undefined || storeAnswer === 'unreachable' ? undefined : storeAnswer.stored;
  }

  factsOf({ name, eni }: SimulatedRouter): Ec2Facts | undefined {
    return this.routers?.[name] ?? this.routers?.[eni];
  }

  inMaintenance({ name, eni }: SimulatedRouter): boolean {
    const maintenance = this.stored?.maintenance ?? {};
    return (maintenance[name] ?? maintenance[eni]) !== undefined;
  }

  /** Static routes that pointed at the pair, by name. */
  ours(site: ManagedSite): ReadonlySet<string> {
    const enis = Object.values(site.routers).map(({ eni }) => eni);
    const ours = (this.routes ?? []).filter(({ target, origin }) => origin === 'static' && enis.includes(target ?? ''));
    return new Set(ours.map(({ table, destination }) => `${table} ${destination}`));
  }

  /** Has EC2 listed an event of its instance that is not over and begins before then, ms since the epoch? */
  hasEventBefore(router: SimulatedRouter, then: number): boolean {
    const events = this.factsOf(router)?.events ?? [];
    return events.some(({ over, notBefore = Number.POSITIVE_INFINITY }) => over !== true && notBefore <= then);
  }

  /** EC2's event is newer than what Describe may still answer. */
  mayHaveStopped(router: SimulatedRouter): boolean {
    const { request } = this;
    const instance = this.factsOf(router)?.attachedTo ?? router.instance;
    if (request.kind !== 'ec2' || request.stopped?.instance !== instance) return false;
    return this.completeAt - request.stopped.at <= EVENT_NEWER_MS;
  }

  /** Does EC2 report that the router cannot forward, or that the routes to it are blackholes? */
  certainlyFailed(router: SimulatedRouter): boolean {
    const facts = this.factsOf(router);
    const own = (this.routes ?? []).filter(({ target, origin }) => target === router.eni && origin === 'static');
    const blackhole = own.length > 0 && own.every(({ state }) => state === 'blackhole');
    return (
      this.mayHaveStopped(router) ||
      ['stopping', 'stopped', 'shutting-down', 'terminated'].includes(facts?.instance ?? '') ||
      ['detached', 'elsewhere', 'missing'].includes(facts?.interface ?? '') ||
      facts?.sourceDestCheck === true ||
      blackhole
    );
  }
}
