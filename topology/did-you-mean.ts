import { closest, distance } from 'fastest-levenshtein';

/** More names than the routers of the largest topology; comparing thousands with thousands would take minutes. */
const mostKnown = 500;

/** `did you mean "frontSubnets"?`, or undefined where nothing known is near enough to be meant. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || known.length > mostKnown || word.length > 80) return undefined;
  const lower = known.map((name) => name.toLowerCase());
  const wanted = word.toLowerCase();
  const nearest = closest(wanted, lower);
  if (!isNear(wanted, nearest)) return undefined;
  return `did you mean ${known[lower.indexOf(nearest)]}?`;
}

/** A typo or two in a long word, one in a short one; or the right letters in the wrong order. */
function isNear(word: string, nearest: string): boolean {
  const letters = (text: string) => text.split('').toSorted().join('');
  const sameLetters = letters(word) === letters(nearest);
  return sameLetters || distance(word, nearest) <= Math.max(1, Math.floor(nearest.length / 3));
}
