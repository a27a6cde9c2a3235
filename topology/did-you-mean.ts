import { closest, distance } from 'fastest-levenshtein';

/** `did you mean "frontSubnets"?`, or undefined where nothing known is near enough to be meant. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > 80) return undefined;
  const lower = word.toLowerCase();
  const nearest =
    known[
      known
        .map((name) => name.toLowerCase())
        .indexOf(
          closest(
            lower,
            known.map((name) => name.toLowerCase()),
          ),
        )
    ];
  if (nearest === undefined) return undefined;
  const near = distance(lower, nearest.toLowerCase()) <= Math.max(1, Math.floor(nearest.length / 3));
  return near ? `did you mean ${nearest}?` : undefined;
}
