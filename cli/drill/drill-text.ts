/** What a drill found, as sentences and clauses. Pure. */
import type { Drill, DrillLeg } from '#contracts/drill.ts';

/** `tokyo-2 has the routes: decided in 12 ms, swapped in 96 ms, 3 of 380 packets lost, 0.15 s without replies` */
export function legSays(leg: DrillLeg): string {
  const { to, detectMs, decideMs, swapMs, convergeMs } = leg;
  const steps = [
    detectMs === undefined ? undefined : `detected in ${detectMs} ms`,
    decideMs === undefined ? undefined : `decided in ${decideMs} ms`,
    swapMs === undefined ? undefined : `swapped in ${swapMs} ms`,
    convergeMs === undefined ? undefined : `converged in ${convergeMs} ms`,
    trafficSays(leg),
  ].filter((text) => text !== undefined);
  return swapMs === undefined ? `no swap to ${to}: ${steps.join(', ')}` : `${to} has the routes: ${steps.join(', ')}`;
}

/** `3 of 380 packets lost, 0.15 s without replies` */
export function trafficSays({ sent, lost, outageMs, notMeasured }: DrillLeg): string {
  if (sent === undefined || lost === undefined) return `packets not measured (${notMeasured ?? 'no measuring host'})`;
  const outage = lost === 0 ? '' : `, ${inSeconds(outageMs ?? 0)} without replies`;
  return `${lost} of ${sent} packets lost${outage}`;
}

/** The result in one sentence. */
export function drillSays(drill: Drill): string {
  const { outcome, from, to, budgetMs } = drill;
  const legs = packetsSay(drill.legs);
  switch (outcome) {
    case 'passed':
      return `The routes moved from ${from} to ${to} and returned; ${legs}.`;
    case 'exceeded':
      return `More was lost than the budget of ${inSeconds(budgetMs)} permits: ${legs}; ${whereRoutesAre(drill)}.`;
    case 'interrupted':
      return `The operator interrupted the drill; ${whereRoutesAre(drill)}.`;
    case 'failed':
      return `The drill failed; ${whereRoutesAre(drill)}.`;
  }
}

/** `tokyo-2: 3 of 380 packets lost, …; tokyo-1: …`; in short if no movement was measured, for one reason. */
function packetsSay(legs: readonly DrillLeg[]): string {
  const texts = legs.map(trafficSays);
  const [first] = texts;
  const isUnmeasured = legs.every(({ sent }) => sent === undefined) && texts.every((text) => text === first);
  if (first !== undefined && isUnmeasured) return first;
  return legs.map(({ to }, at) => `${to}: ${texts[at]}`).join('; ');
}

function whereRoutesAre({ returned, from }: Drill): string {
  return returned ? `${from} has the routes again` : `the routes have not returned to ${from}`;
}

export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
