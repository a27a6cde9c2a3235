/**
 * The first that gives parameters to a script as variables (`interpolationType: ENV_VAR`), and not as text in it.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
export const OLDEST_AGENT = '3.3.2746.0';

/** Whether an SSM agent is older than `OLDEST_AGENT`. False for a version that cannot be parsed. */
export function isTooOld(version: string): boolean {
  const [has, least] = [version, OLDEST_AGENT].map((text) => text.split('.').map(Number));
  if (has === undefined || least === undefined || has.some((number) => !Number.isInteger(number))) return false;
  const at = least.findIndex((number, index) => number !== (has[index] ?? 0));
  return at >= 0 && (has[at] ?? 0) < (least[at] ?? 0);
}
