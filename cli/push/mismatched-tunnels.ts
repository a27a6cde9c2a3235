import type { RouterState } from '#contracts/push-result.ts';
import { moment } from '../output/time.ts';
import type { RouterStates } from './router-states.ts';
import { type PushStep, tunnelName } from './steps.ts';

/**
 * Tunnels of which one end has the new configuration and the other one has not, or may have not: each as a sentence that
 * says which, and until when. Pure.
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

/** Both ends have the same now. */
function later(one: RouterState, other: RouterState): string | undefined {
  const [goes, stays] = one.revertsAt === undefined ? [other, one] : [one, other];
  if (one.runs === 'old' || goes.revertsAt === undefined || stays.revertsAt !== undefined) return undefined;
  return `will be down from ${moment(goes.revertsAt)}: then ${goes.name} has its old configuration again, unless it is confirmed, and ${stays.name} has the new one.`;
}

/** By itself the tunnel comes back only if both ends have their old configuration some time. */
function until(ahead: RouterState, behind: RouterState): string {
  const times = [ahead, behind].flatMap(({ runs, revertsAt }) => (runs === 'old' ? [] : [revertsAt]));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 || known.length < times.length ? '' : ` until ${moment(Math.max(...known))} at the latest`;
}

function has({ name, runs }: RouterState): string {
  return `${name} has ${WORDS[runs]}`;
}

const WORDS = {
  new: 'the new configuration',
  old: 'the old one',
  mixed: 'neither for sure',
  unknown: 'the one or the other',
} as const;

function isSure({ runs }: RouterState): boolean {
  return runs === 'new' || runs === 'old';
}
