const pattern = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?(?:(\d{1,5})ms)?$/;

/** For editors; the same language as `parseDuration` reads. */
export const durationPattern = '^(?=.)(\\d{1,3}h)?(\\d{1,4}m)?(\\d{1,5}s)?(\\d{1,5}ms)?$';

/** The longest duration in a topology: a longer hold-down would block automatic swaps unnoticed. */
export const longestDurationMs = 24 * 3600 * 1000;

/** `5m`, `300s`, `1h30m`, `300ms` in ms; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = pattern.exec(text);
  if (parts === null || text === '') return undefined;
  const [hours = '0', minutes = '0', seconds = '0', ms = '0'] = parts.slice(1);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);
}
