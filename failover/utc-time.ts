/** For people, in UTC, as CloudWatch’s logs: `2026-11-23 03:00:00Z` */
export function utcTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
