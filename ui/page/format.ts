/** `14:03:07.123`, in UTC like all times of the page. @param at ms since the epoch */
export function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

/** `2026-11-29 14:03:07 UTC` */
export function utc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** `0.86 s`, `12 s`, `3 min`, `2 h`, `4 d` */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

/** `1 route`, `2 routes`, `1,200 routes` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
