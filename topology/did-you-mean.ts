import { distance } from 'fastest-levenshtein';

/** More names than the routers of the largest topology; comparing thousands with thousands would take minutes. */
const mostKnown = 500;

/** More that are equally near are no suggestion: whoever asks then lists what there is. */
const mostMeant = 4;

/**
 * `did you mean tokyo-1 or tokyo-2?`: all that are equally near, as one of them alone could be the wrong router.
 * Undefined where nothing known is near enough to be meant.
 */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const meant = nearestTo(word, known);
  const [last, ...others] = meant.toReversed();
  if (last === undefined || meant.length > mostMeant) return undefined;
  return `did you mean ${others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`}?`;
}

/** Those of the known names that are nearest to a word, all of them equally; empty where none is near enough. */
export function nearestTo(word: string, known: readonly string[]): readonly string[] {
  if (known.length > mostKnown || word.length > 80) return [];
  const wanted = word.toLowerCase();
  const distances = known.map((name) => distance(wanted, name.toLowerCase()));
  const least = Math.min(...distances);
  return known.filter((name, index) => distances[index] === least && isNear(wanted, name.toLowerCase()));
}

/** A typo or two in a long word, one in a short one; or the right letters in the wrong order. */
function isNear(word: string, nearest: string): boolean {
  const letters = (text: string) => text.split('').toSorted().join('');
  const sameLetters = letters(word) === letters(nearest);
  return sameLetters || distance(word, nearest) <= Math.max(1, Math.floor(nearest.length / 3));
}
