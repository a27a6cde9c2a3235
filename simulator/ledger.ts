import type { Run } from './platform.ts';
import { ROUTERS, type RouterKey } from './sites.ts';
import type { Word } from './word.ts';

/** What a router of another site said against one of ours. */
export interface SeenTestimony {
  readonly by: RouterKey;
  readonly about: RouterKey;
  readonly at: number;
}

/** From the first reading of a round to its time, which is that of its last one; ms. */
const ROUND_TAKES_MS = 11_000;

/** Everything that was ever said of a site's routers, by whom, and since when the site's store knows it. */
export class Ledger {
  readonly words: Word[] = [];
  readonly testimonies: SeenTestimony[] = [];
  /** A run wrote something down: what it was told is known from now on. */
  kept(run: Run, sortKey: string, at: number): void {
    if (!/^(statement|claim|heartbeat|contact|probes|rounds|round)/.test(sortKey)) return;
    for (const word of run.evidence.words) word.keptAt ??= at;
    if (!sortKey.startsWith('rounds')) return;
    // With its own round the probe writes those of before that the store did not take.
    for (const word of this.ofRounds(run.environment.recent.rounds)) word.keptAt ??= at;
  }

  /** What was read in these rounds of the probe. */
  ofRounds(rounds: readonly { readonly at: number }[]): readonly Word[] {
    const isIn = (word: Word) => (round: { readonly at: number }) =>
      word.at <= round.at && word.at > round.at - ROUND_TAKES_MS;
    return this.words.filter((word) => word.by === 'probe' && rounds.some(isIn(word)));
  }

  /**
   * What a run may have known of a router when it decided.
   *
   * @param surely only what it must have known
   */
  knownTo(run: Run, router: RouterKey, surely = false): readonly Word[] {
    const { evidence } = run;
    const by = surely ? evidence.askedAt : evidence.completeAt;
    const kept = evidence.blind ? [] : this.words.filter((word) => word.keptAt !== undefined && word.keptAt <= by);
    return [...kept, ...evidence.words].filter((word) => word.router === router);
  }

  testimoniesAgainst(router: RouterKey, from: number): number {
    return new Set(this.testimonies.filter(({ about, at }) => about === router && at >= from).map(({ by }) => by)).size;
  }
}

/** The newest; of two of one moment the later said. */
export function newest(words: readonly Word[]): Word | undefined {
  return words.reduce<Word | undefined>(
    (best, word) => (best === undefined || word.at >= best.at ? word : best),
    undefined,
  );
}

export const nameOf = (router: RouterKey): string => ROUTERS[router].name;
