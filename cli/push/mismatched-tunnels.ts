import type { RouterState } from '#contracts/push-result.ts';
import { utcTime } from '../output/time.ts';
import type { RouterStates } from './router-states.ts';
import { type PushStep, tunnelName } from './steps.ts';

/**
 * Tunnels whose two ends run, or may run, different configurations: one sentence each, which says which end runs
 * what, and until when. Pure.
 */
export function mismatchedTunnels(steps: readonly PushStep[], states: RouterStates): string[] {
  const tunnels = new Map(steps.flatMap(({ tunnels: all }) => all.map((ends) => [tunnelName(ends), ends] as const)));
  return [...tunnels].flatMap(([name, [one, other]]) => {
    const [a, b] = [states.get(one), states.get(other)];
    const says = a === undefined || b === undefined ? undefined : apart(a, b);
    return says === undefined ? [] : [`${name} ${says}`];
  });
}

function apart(one: RouterState, other: RouterState): string | undefined {
  if (one.runs === other.runs && isSure(one)) return later(one, other);
  const [ahead, behind] = other.runs === 'new' ? [other, one] : [one, other];
  const verb = isSure(one) && isSure(other) ? 'is down' : 'may be down';
  return `${verb}${until(ahead, behind)}: ${has(ahead)}, ${has(behind)}.`;
}

/** Both ends run the same configuration now. */
function later(one: RouterState, other: RouterState): string | undefined {
  const [goes, stays] = one.revertsAt === undefined ? [other, one] : [one, other];
  if (one.runs === 'old' || goes.revertsAt === undefined || stays.revertsAt !== undefined) return undefined;
  return `will be down from ${utcTime(goes.revertsAt)}: then ${goes.name} runs its old configuration again, unless it is confirmed, and ${stays.name} has the new one.`;
}

/** The tunnel comes back by itself only if both ends return to their old configuration. */
function until(ahead: RouterState, behind: RouterState): string {
  const times = [ahead, behind].flatMap(({ runs, revertsAt }) => (runs === 'old' ? [] : [revertsAt]));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 || known.length < times.length ? '' : ` until ${utcTime(Math.max(...known))} at the latest`;
}

function has({ name, runs }: RouterState): string {
  return `${name} has ${WORDS[runs]}`;
}

const WORDS = {
  new: 'the new configuration',
  old: 'the old one',
  mixed: 'parts of both',
  unknown: 'one of the two',
} as const;

function isSure({ runs }: RouterState): boolean {
  return runs === 'new' || runs === 'old';
}
