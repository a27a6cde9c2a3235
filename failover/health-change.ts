import type { DiagnosisKind } from './diagnosis.ts';
import { routeName } from './site.ts';
import type { Health, RefusedRoute } from './stored-state.ts';

/**
 * So many rounds of the probe in a row must find the same before people are told: one call to SSM, to EC2 or to route-swap
 * may fail and say nothing about the site. The alarm `not-ready` waits for as many.
 */
export const ROUNDS_BEFORE_ANNOUNCEMENT = 3;

/** What one round found of the site's health. */
export interface ProbeFinding {
  readonly diagnosis: DiagnosisKind;
  /** Empty: the site could fail over. */
  readonly problems: readonly string[];
  readonly refused: readonly RefusedRoute[];
  /** When, ms since the epoch. */
  readonly at: number;
  /** Unique to the turn of the schedule, which may be delivered twice. */
  readonly turn: string;
}

export interface HealthChange {
  /** To remember; undefined: nothing has changed. */
  readonly health: Health | undefined;
  /** People are to be told `health`. */
  readonly mustAnnounce: boolean;
}

/**
 * What is told of a site that is degraded already: something is wrong with the owner, and stays so. What leads to a swap is
 * told by that, and a standby that cannot take over is what most degraded sites have.
 */
const NEWS: ReadonlySet<DiagnosisKind> = new Set<DiagnosisKind>([
  'OwnerDetoured',
  'OwnerImpaired',
  'OwnerUnfit',
  'BothUnfit',
  'RoutesSplit',
  'NoRouteOfThePair',
]);

/** @param before undefined: no round has ever been remembered; such a site is taken for one that is well */
export function healthAfter(before: Health | undefined, found: ProbeFinding): HealthChange {
  const { diagnosis, problems, refused, at, turn } = found;
  const state = problems.length === 0 ? 'well' : 'degraded';
  const known: Health = before ?? { state: 'well', since: at, problems: [] };
  const { changing, ...settled } = known;
  if (state === known.state && !isOtherNews(known, found)) {
    const isSame = before !== undefined && changing === undefined && wordsOf(refused) === wordsOf(known.refused ?? []);
    return { health: isSame ? undefined : { ...settled, refused }, mustAnnounce: false };
  }
  const going = changing?.to === state ? changing : { since: at, rounds: 0, turn: undefined };
  const rounds = going.turn === turn ? going.rounds : going.rounds + 1;
  if (rounds < ROUNDS_BEFORE_ANNOUNCEMENT) {
    return {
      health: { ...settled, refused, changing: { to: state, since: going.since, rounds, turn, problems } },
      mustAnnounce: false,
    };
  }
  const since = state === known.state ? known.since : going.since;
  const told = diagnosis === 'Healthy' ? known.diagnosis : diagnosis;
  return {
    health: { state, since, problems, refused, diagnosis: state === 'well' ? undefined : told },
    mustAnnounce: true,
  };
}

function isOtherNews({ state, diagnosis }: Health, found: ProbeFinding): boolean {
  return state === 'degraded' && NEWS.has(found.diagnosis) && found.diagnosis !== diagnosis;
}

function wordsOf(refused: readonly RefusedRoute[]): string {
  return refused.map((route) => `${routeName(route)} ${route.why}`).join('\n');
}

/** Since when the site has not been well, told or not, ms since the epoch; undefined: it is, or nobody knows. */
export function degradedSince(health: Health | undefined): number | undefined {
  if (health?.state === 'degraded') return health.since;
  return health?.changing?.to === 'degraded' ? health.changing.since : undefined;
}

/** What the newest round with any problems found, told or not. */
export function problemsOf(health: Health | undefined): readonly string[] {
  if (health?.changing !== undefined) return health.changing.problems;
  return health?.state === 'degraded' ? health.problems : [];
}
