import type { Run } from './platform.ts';
import type { SessionReport } from './session-report.ts';
import { ROUTERS, type RouterKey } from './sites.ts';

/** A report of another site's router that it lost its tunnel to a router of this site. */
export interface ReceivedWitnessReport {
  readonly by: RouterKey;
  readonly about: RouterKey;
  readonly at: number;
}

/** From the first reading of a round to its time, which is that of its last one; ms. */
const ROUND_TAKES_MS = 11_000;

/** A signed statement that is older is stale: the run refuses its report, and does not learn from it either (DESIGN, rule 1). */
const STALE_MS = 10_000;

/** Every report about a site's routers, with its source and the time since when the store holds it. */
export class Ledger {
  readonly #replacedAt: ReadonlyMap<RouterKey, number>;

  /** @param replacedAt when a router became another instance, ms: what was said of the one before is no evidence */
  constructor(replacedAt: ReadonlyMap<RouterKey, number>) {
    this.#replacedAt = replacedAt;
  }

  readonly sessionReports: SessionReport[] = [];
  readonly witnessReports: ReceivedWitnessReport[] = [];
  /** A run wrote to the store: its reports are stored from now on. */
  kept(run: Run, sortKey: string, at: number): void {
    if (!/^(statement|claim|heartbeat|contact|probes|rounds|round)/.test(sortKey)) return;
    for (const word of run.evidence.sessionReports) word.keptAt ??= at;
    if (!sortKey.startsWith('rounds')) return;
    // With its own round the probe writes earlier rounds that the store had not accepted.
    for (const word of this.ofRounds(run.environment.recent.rounds)) word.keptAt ??= at;
  }

  /** What was read in these rounds of the probe. */
  ofRounds(rounds: readonly { readonly at: number }[]): readonly SessionReport[] {
    const isIn = (word: SessionReport) => (round: { readonly at: number }) =>
      word.at <= round.at && word.at > round.at - ROUND_TAKES_MS;
    return this.sessionReports.filter((word) => word.by === 'probe' && rounds.some(isIn(word)));
  }

  /**
   * What a run may have known of a router when it decided.
   *
   * @param surely only what it must have known
   */
  knownTo(run: Run, router: RouterKey, surely = false): readonly SessionReport[] {
    const { evidence } = run;
    const by = surely ? evidence.storeAskedAt : evidence.completeAt;
    const kept = evidence.withoutStore
      ? []
      : this.sessionReports.filter((word) => word.keptAt !== undefined && word.keptAt <= by);
    const since = this.#replacedAt.get(router) ?? Number.NEGATIVE_INFINITY;
    const isStale = ({ by: source, at }: SessionReport) => source === 'itself' && evidence.completeAt - at > STALE_MS;
    const own = surely ? evidence.sessionReports.filter((word) => !isStale(word)) : evidence.sessionReports;
    return [...kept, ...own].filter((word) => word.router === router && word.at >= since);
  }

  witnessReportsAgainst(router: RouterKey, from: number): number {
    return new Set(this.witnessReports.filter(({ about, at }) => about === router && at >= from).map(({ by }) => by))
      .size;
  }
}

/** The newest; of two at the same time, the later entry. */
export function newest(words: readonly SessionReport[]): SessionReport | undefined {
  return words.reduce<SessionReport | undefined>(
    (best, word) => (best === undefined || word.at >= best.at ? word : best),
    undefined,
  );
}

export const nameOf = (router: RouterKey): string => ROUTERS[router].name;
