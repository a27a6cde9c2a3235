import type { DiagnosisKind } from './diagnosis.ts';
import { ROUNDS_BEFORE_ANNOUNCEMENT } from './limits.ts';
import { routeName } from './site.ts';
import type { Health, RefusedRoute, SiteSeverity } from './stored-state.ts';

/** What one probe round found about the site's health. */
export interface ProbeFinding {
  readonly diagnosis: DiagnosisKind;
  /** Of `problems`. */
  readonly severity: SiteSeverity;
  /** Empty: the site could fail over. */
  readonly problems: readonly string[];
  readonly refused: readonly RefusedRoute[];
  /** When, ms since the epoch. */
  readonly at: number;
  /** Identifies the scheduled time of the round, which EventBridge may deliver twice. */
  readonly turn: string;
}

export interface HealthChange {
  /** The health to store; undefined: it has not changed. */
  readonly health: Health | undefined;
  /** Whether `health` must be announced. */
  readonly mustAnnounce: boolean;
}

/**
 * Diagnoses whose appearance is announced although the site is degraded already: something is wrong with the owner. A
 * diagnosis that leads to a swap is announced by the swap; an unfit standby is what most degraded sites have.
 */
const ANNOUNCED_WHEN_DEGRADED: ReadonlySet<DiagnosisKind> = new Set<DiagnosisKind>([
  'OwnerDetoured',
  'OwnerImpaired',
  'OwnerUnfit',
  'BothUnfit',
  'RoutesSplit',
  'NoRouteOfThePair',
]);

/**
 * The site's health after one more round. A change must be found by `ROUNDS_BEFORE_ANNOUNCEMENT` rounds in a row, because a
 * single call to SSM, EC2 or route-swap may fail.
 *
 * @param before the stored health; undefined: none, which is taken for `well`
 */
export function healthAfter(before: Health | undefined, found: ProbeFinding): HealthChange {
  const { diagnosis, problems, refused, at, turn } = found;
  const state = problems.length === 0 ? 'well' : 'degraded';
  const known: Health = before ?? { state: 'well', since: at, problems: [] };
  const { changing, ...settled } = known;
  if (state === known.state && !isOtherDiagnosis(known, found) && !isOtherSeverity(known, found)) {
    const isSame = before !== undefined && changing === undefined && textOf(refused) === textOf(known.refused ?? []);
    return { health: isSame ? undefined : { ...settled, refused }, mustAnnounce: false };
  }
  const pending = changing?.to === state ? changing : { since: at, rounds: 0, turn: undefined };
  const rounds = pending.turn === turn ? pending.rounds : pending.rounds + 1;
  const serious = state === 'degraded' ? severityAfter(changing ?? known, found) : {};
  if (rounds < ROUNDS_BEFORE_ANNOUNCEMENT) {
    return {
      health: {
        ...settled,
        refused,
        changing: { to: state, since: pending.since, rounds, turn, problems, ...serious },
      },
      mustAnnounce: false,
    };
  }
  const since = state === known.state ? known.since : pending.since;
  const announced = diagnosis === 'Healthy' ? known.diagnosis : diagnosis;
  return {
    health: {
      state,
      since,
      problems,
      refused,
      ...serious,
      ...(state === 'degraded' && { diagnosis: announced }),
    },
    mustAnnounce: true,
  };
}

/** The severity that a round found, and since when the rounds before have found the same. */
function severityAfter(before: Pick<Health, 'severity' | 'severitySince'>, { severity, at }: ProbeFinding) {
  return { severity, severitySince: before.severity === severity ? (before.severitySince ?? at) : at };
}

function isOtherDiagnosis({ state, diagnosis }: Health, found: ProbeFinding): boolean {
  return state === 'degraded' && ANNOUNCED_WHEN_DEGRADED.has(found.diagnosis) && found.diagnosis !== diagnosis;
}

/** Traffic is lost in addition, or flows again while the site is still degraded. An earlier version stored no severity. */
function isOtherSeverity({ state, severity }: Health, found: ProbeFinding): boolean {
  return state === 'degraded' && severity !== undefined && found.severity !== severity;
}

function textOf(refused: readonly RefusedRoute[]): string {
  return refused.map((route) => `${routeName(route)} ${route.why}`).join('\n');
}

/** Since when the site has been degraded, announced or not, ms since the epoch; undefined: it is not, or it is unknown. */
export function degradedSince(health: Health | undefined): number | undefined {
  if (health?.state === 'degraded') return health.since;
  return health?.changing?.to === 'degraded' ? health.changing.since : undefined;
}

/** The problems of the newest round that found any, announced or not. */
export function problemsOf(health: Health | undefined): readonly string[] {
  if (health?.changing !== undefined) return health.changing.problems;
  return health?.state === 'degraded' ? health.problems : [];
}
