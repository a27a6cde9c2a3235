import { distance } from 'fastest-levenshtein';

/** More names than the routers of the largest topology; comparing thousands with thousands would take minutes. */
const mostKnown = 500;

/** More candidates than this are not a suggestion; the caller then lists all valid names. */
const mostMeant = 4;

/**
 * `did you mean tokyo-1 or tokyo-2?` with all equally near names, because one of them alone could be the wrong router.
 * Undefined if no name is near enough.
 */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const meant = nearestTo(word, known);
  const [last, ...others] = meant.toReversed();
  if (last === undefined || meant.length > mostMeant) return undefined;
  return `did you mean ${others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`}?`;
}

/** The valid names nearest to a word, all equally near; empty if none is near enough. */
export function nearestTo(word: string, known: readonly string[]): readonly string[] {
  if (known.length > mostKnown || word.length > 80) return [];
  const wanted = word.toLowerCase();
  const distances = known.map((name) => distance(wanted, name.toLowerCase()));
  const least = Math.min(...distances);
  return known.filter((name, index) => distances[index] === least && isNear(wanted, name.toLowerCase()));
}

/** One typo in a short name, one for every three letters in a long one, or the right letters in the wrong order. */
function isNear(word: string, nearest: string): boolean {
  const letters = (text: string) => text.split('').toSorted().join('');
  const sameLetters = letters(word) === letters(nearest);
  return sameLetters || distance(word, nearest) <= Math.max(1, Math.floor(nearest.length / 3));
}
