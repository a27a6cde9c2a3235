const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** A cron expression that matches nothing in this many days matches nothing. */
const HORIZON_DAYS = 4 * 366;

/**
 * When a schedule fires next after `after`, ms since the epoch. Throws for an expression that EventBridge would refuse.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function nextFiring(expression: string, after: number): number {
  const [, value, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const period = UNIT_MS[unit];
  if (period !== undefined && Number(value) > 0) return after + Number(value) * period;
  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const parts = fields?.trim().split(/\s+/) ?? [];
  if (parts.length !== 6)
    throw new Error(`The schedule "${expression}" is neither rate(value unit) nor cron(with six fields).`);
  return nextCron(parts, after, expression);
}

function nextCron(
  [minute = '', hour = '', day = '', month = '', weekday = '', year = '']: readonly string[],
  after: number,
  expression: string,
): number {
  const start = new Date(after);
  for (let days = 0; days < HORIZON_DAYS; days += 1) {
    const date = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate() + days));
    const fits =
      field(month, date.getUTCMonth() + 1, 1, MONTHS) &&
      field(day, date.getUTCDate(), 1) &&
      field(weekday, date.getUTCDay() + 1, 1, WEEKDAYS) &&
      field(year, date.getUTCFullYear(), 1970);
    if (!fits) continue;
    for (let of = 0; of < 1440; of += 1) {
      const at = date.getTime() + of * 60_000;
      if (at > after && field(hour, Math.floor(of / 60), 0) && field(minute, of % 60, 0)) return at;
    }
  }
  throw new Error(`The schedule "${expression}" never fires (L, W and # are not emulated).`);
}

/** `*`, `?`, `5`, `1-5`, `MON-FRI`, `0/15`, and lists of them. */
function field(text: string, value: number, lowest: number, names: readonly string[] = []): boolean {
  const number = (part: string): number => {
    const index = names.indexOf(part.toUpperCase());
    return index === -1 ? Number(part) : index + 1;
  };
  return text.split(',').some((part) => {
    const [range = '', step] = part.split('/');
    const [from, to] =
      range === '*' || range === '?' ? [lowest, Number.POSITIVE_INFINITY] : range.split('-').map(number);
    const last = to ?? (step === undefined ? from : Number.POSITIVE_INFINITY);
    return (
      from !== undefined &&
      last !== undefined &&
      value >= from &&
      value <= last &&
      (value - from) % Number(step ?? 1) === 0
    );
  });
}
