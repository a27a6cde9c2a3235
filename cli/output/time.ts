/** Times on a screen: UTC, as in CloudWatch's logs. JSON has ISO times and ages in seconds. */

import { utcTime } from '#failover/utc-time.ts';

export { utcTime } from '#failover/utc-time.ts';

/** `21 s`, `4 min 30 s`, `2 h 5 min`; never negative. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Ages in sentences of the functions, which are in seconds however long they are: `142 s old` becomes `2 min 22 s old`. */
export function withMinutes(text: string): string {
  return text.replace(/\b(\d{3,}) s(?= (?:ago|old)\b)|(?<=\banother )(\d{3,}) s\b/g, (_, age?: string, left?: string) =>
    duration(Number(age ?? left) * 1000),
  );
}

/** A time to come: `2026-11-28 16:33:42Z (in 29 min 51 s)`. */
export function deadline(until: string, leftS: number): string {
  return `${utcTime(Date.parse(until))} (in ${duration(leftS * 1000)})`;
}
