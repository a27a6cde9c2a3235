import type { Claim, Printed, Real } from './push-trial.ts';

/** What routers have, by name: when the command ends, and when all that happens by itself has happened. */
export interface Course {
  readonly atEnd: ReadonlyMap<string, Real>;
  readonly later: ReadonlyMap<string, Real>;
}

/**
 * The law of a push: the exit code, the object and its sentences say what every router runs, boots with, and when that
 * changes by itself.
 *
 * @returns what breaks it
 */
export function breaches(exitCode: number, printed: Printed, { atEnd, later }: Course, tunnel?: string): string[] {
  const all = (printed.sites ?? []).flatMap(({ routers, outcome }) => routers.map((each) => ({ ...each, outcome })));
  const claims = new Map(all.map((each) => [each.router, each]));
  const isDone = [...later.values()].every(({ runs, boots }) => runs === 'new' && boots === 'new');
  const says = JSON.stringify(printed);
  return [
    ...(isDone === (exitCode === 0) ? [] : [`exit code ${exitCode}, and ${isDone ? 'all' : 'not all'} have it`]),
    ...[...atEnd].flatMap(([name, now]) =>
      claimBreaches(claims.get(name), now, later.get(name) as Real).map((breach) => `${name}: ${breach}`),
    ),
    ...(says.includes('Nothing was changed') && [...later.values()].some(({ runs }) => runs === 'new')
      ? ['"Nothing was changed", and something was']
      : []),
    ...(tunnel === undefined ? [] : tunnelBreaches(printed.down ?? [], tunnel, [atEnd, later])),
  ];
}

/** Without a claim nothing was asked for. */
function claimBreaches(claim: (Claim & { outcome: string }) | undefined, now: Real, later: Real): string[] {
  const { runs, boots, revertsAt, outcome } = claim ?? { runs: 'old', boots: 'old', revertsAt: null, outcome: 'error' };
  const isKnown = runs === 'new' || runs === 'old';
  const by = revertsAt === null ? undefined : Date.parse(revertsAt);
  return [
    ...(isKnown && now.runs !== runs ? [`runs ${now.runs}, not ${runs}`] : []),
    ...(runs === 'mixed' && now.runs !== 'other' ? [`runs ${now.runs}, and is called mixed`] : []),
    ...(boots !== 'unknown' && now.boots !== boots ? [`boots ${now.boots}, not ${boots}`] : []),
    ...(now.undoAt !== undefined && (by ?? 0) < now.undoAt ? ['reverts by itself, and that is not said'] : []),
    ...(by === undefined && isKnown && later.runs !== runs ? [`changed by itself to ${later.runs}`] : []),
    // One that was never touched may be as silent as it likes.
    ...(by === undefined && runs === 'unknown' && outcome !== 'refused' ? ['unknown without an end'] : []),
  ];
}

/** A tunnel whose ends differ, now or later, is named. */
function tunnelBreaches(down: readonly string[], tunnel: string, times: readonly Course['atEnd'][]): string[] {
  const differ = times.some((ends) => new Set([...ends.values()].map(({ runs }) => runs === 'new')).size === 2);
  const isNamed = down.some((says) => says.startsWith(`${tunnel} `) && / (is|may be|will be) down/.test(says));
  return differ && !isNamed ? [`${tunnel} is down, and that is not said`] : [];
}
