import type { PushedConfig } from '#contracts/push-journal.ts';
import { shownEntries } from '#vyos/config-entry.ts';
import type { RunningConfig } from '../router/running-config.ts';

/**
 * What gave the router its managed configuration: the lines of the last push, or, before the first one, what a created router
 * applied at its first boot, if nothing has changed since. Undefined: unknown, so everything was configured by an operator.
 */
export function configBefore(
  pushed: PushedConfig | undefined,
  { lines, digest, booted }: Pick<RunningConfig, 'lines' | 'digest' | 'booted'>,
): readonly string[] | undefined {
  if (pushed !== undefined) return pushed.lines;
  if (booted === null || booted.digest !== digest) return undefined;
  const withoutKeys = lines.filter((line) => shownEntries([line]).every(({ secret }) => secret === undefined));
  return [...withoutKeys, ...booted.keys];
}
