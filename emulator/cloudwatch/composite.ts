import type { AlarmState } from './evaluate.ts';

/**
 * Whether a composite alarm's rule holds: `ALARM("x")`, `OK(…)`, `INSUFFICIENT_DATA(…)`, `TRUE`, `FALSE`, `AND`, `OR`,
 * `NOT`, parentheses. Throws for anything else.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function holds(rule: string, stateOf: (nameOrArn: string) => AlarmState): boolean {
  const tokens = rule.match(/[A-Z_]+\(\s*"[^"]*"\s*\)|[A-Z_]+\(\s*[^()"\s]+\s*\)|[A-Z]+|[()]/g) ?? [];
  let next = 0;
  const take = (token: string): boolean => {
    if (tokens[next] !== token) return false;
    next += 1;
    return true;
  };
  // AND binds tighter than OR. Both sides are always read, so that the whole rule is checked.
  const any = (): boolean => {
    let value = all();
    while (take('OR')) value = all() || value;
    return value;
  };
  const all = (): boolean => {
    let value = one();
    while (take('AND')) value = one() && value;
    return value;
  };
  const one = (): boolean => {
    if (take('NOT')) return !one();
    if (take('(')) {
      const value = any();
      if (!take(')')) throw new Error(`Alarm rule: a ")" is missing in ${rule}`);
      return value;
    }
    if (take('TRUE')) return true;
    if (take('FALSE')) return false;
    const [, state, name] = /^(ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^"]*?)"?\s*\)$/.exec(tokens[next] ?? '') ?? [];
    if (state === undefined || name === undefined)
      throw new Error(`Alarm rule: "${tokens[next] ?? 'its end'}" is not expected in ${rule}`);
    next += 1;
    return stateOf(name) === state;
  };
  const value = any();
  if (next !== tokens.length) throw new Error(`Alarm rule: "${tokens[next]}" is not expected in ${rule}`);
  return value;
}
