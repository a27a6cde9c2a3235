/** A time in sentences, in UTC as in CloudWatch Logs: `2026-11-23 03:00:00Z`. @param ms since the epoch */
export function utcTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
