import type { Ec2Facts } from '#aws/routers.ts';
import type { Recollection } from '#aws/site-store.ts';
import type { Heartbeat } from '#failover/memory.ts';
import type { BgpStatement, RouteFact } from '#failover/observation.ts';
import type { ManagedSite } from '#failover/site.ts';
import type { Trigger } from '#failover/trigger.ts';

const NOT_RUNNING: readonly string[] = ['stopping', 'stopped', 'shutting-down', 'terminated'];

/**
 * What a run was told before it decided, taken where the answers come in, and what follows from it by the design. It
 * shares no code with the rules: it is what they are held against.
 */
export class Evidence {
  readonly trigger: Trigger | undefined;
  routes: readonly RouteFact[] | undefined;
  routers: Readonly<Record<string, Ec2Facts>> | undefined;
  recollection: Recollection | 'unreachable' | undefined;
  /** When the run began to ask the store, and when the last answer came: ms. */
  askedAt = 0;
  completeAt = 0;

  /** By router name: what it said itself, to this run. */
  readonly #heard = new Map<string, BgpStatement>();

  constructor(trigger: Trigger | undefined) {
    this.trigger = trigger;
  }

  /** The store did not answer this run. */
  get blind(): boolean {
    return this.recollection === 'unreachable';
  }

  /** A router was asked for its sessions, and told. */
  heard(router: string, established: number, at: number): void {
    this.#heard.set(router, { by: 'probe', at, established, configured: 1 });
  }

  /** Why a router is not proven fit; undefined: it is. */
  unfitness(router: string): string | undefined {
    const facts = this.routers?.[router];
    const memory = this.#memory();
    if (facts?.instance !== 'running') return `its instance is ${facts?.instance}`;
    if (facts.interface !== 'attached') return `its interface is ${facts.interface}`;
    if (facts.sourceDestCheck !== false) return 'its source/dest check is on';
    if (memory?.maintenance[router] !== undefined) return 'it is in maintenance';
    const said = this.#statements(router);
    const lost = Math.max(...said.filter(({ established }) => established === 0).map(({ at }) => at));
    const proofs = said.filter(
      ({ by, at, established }) =>
        established > 0 && at >= lost && Math.abs(this.completeAt - at) <= (by === 'itself' ? 10_000 : 90_000),
    );
    return proofs.length > 0 ? undefined : 'nobody shows an eBGP session of it';
  }

  /** Its own fresh healthy statement; a heartbeat only if it is younger than the failure that is reported. */
  objects(router: string): boolean {
    const { trigger } = this;
    const noticed = (trigger?.kind === 'report' ? trigger.detectedAt : undefined) ?? 0;
    const last = lastOf(
      this.#statements(router).filter(
        ({ by, at, heartbeat }) =>
          by === 'itself' && Math.abs(this.completeAt - at) <= 10_000 && (heartbeat === undefined || at >= noticed),
      ),
    );
    return last !== undefined && last.established > 0;
  }

  /** Does anybody but the survivor speak against the router? */
  witnessed(router: string): boolean {
    const memory = this.#memory();
    const facts = this.routers?.[router];
    const at = this.completeAt;
    const round = memory?.probes.at(-1);
    const beat = this.#heartbeat(router);
    return (
      NOT_RUNNING.includes(facts?.instance ?? '') ||
      facts?.statusChecks === 'impaired' ||
      (round?.ebgp[router]?.established === 0 && at - round.at <= 90_000) ||
      (memory?.testimonies.some(({ about, at: said }) => about === router && at - said <= 30_000) ?? false) ||
      (beat?.everyMs !== undefined && at - beat.at > 3 * beat.everyMs && at - beat.at <= 5_400_000)
    );
  }

  /** The trigger is a report that was too old, or too new, when it was looked at. */
  get stale(): boolean {
    const { trigger } = this;
    return trigger?.kind === 'report' && Math.abs(this.completeAt - trigger.at) > 10_000;
  }

  /** The trigger's id was answered with an end before. */
  get replayed(): boolean {
    return ['swapped', 'already'].includes(this.#memory()?.answered?.outcome ?? '');
  }

  /** Static routes that pointed at the pair, by name. */
  ours(site: ManagedSite): ReadonlySet<string> {
    const enis = Object.values(site.routers).map(({ eni }) => eni);
    const ours = (this.routes ?? []).filter(({ target, origin }) => origin === 'static' && enis.includes(target ?? ''));
    return new Set(ours.map(({ table, destination }) => `${table} ${destination}`));
  }

  #memory() {
    return this.recollection === undefined || this.recollection === 'unreachable'
      ? undefined
      : this.recollection.memory;
  }

  #heartbeat(router: string): Heartbeat | undefined {
    const { recollection } = this;
    return recollection === undefined || recollection === 'unreachable' ? undefined : recollection.heartbeats[router];
  }

  #statements(router: string): readonly BgpStatement[] {
    const { trigger, recollection } = this;
    const stored =
      recollection === undefined || recollection === 'unreachable' ? undefined : recollection.statements[router];
    const claim: BgpStatement | undefined =
      trigger?.kind === 'report' && trigger.reporter === router && trigger.ebgp !== undefined
        ? { by: 'itself', at: trigger.at, ...trigger.ebgp }
        : stored;
    const round = this.#memory()?.probes.findLast(({ ebgp }) => (ebgp[router] ?? null) !== null);
    const counted = round?.ebgp[router];
    const probed: BgpStatement | undefined = round && counted ? { by: 'probe', at: round.at, ...counted } : undefined;
    const beat = this.#heartbeat(router);
    const beaten: BgpStatement | undefined = beat?.ebgp && {
      by: 'itself',
      at: beat.at,
      heartbeat: true,
      ...beat.ebgp,
    };
    return [claim, beaten, probed, this.#heard.get(router)].filter((statement) => statement !== undefined);
  }
}

/** A later word takes an earlier one back. */
function lastOf(statements: readonly BgpStatement[]): BgpStatement | undefined {
  const last = Math.max(...statements.map(({ at }) => at));
  return statements.find(({ at }) => at === last);
}
