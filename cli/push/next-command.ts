import { commandText, type NextCommand } from '../output/next-command.ts';
import type { PushView, SitePushView } from '../views/push-view.ts';

/** The arguments of the command line that the next command repeats. */
export interface TypedWords {
  /** Words after `vyos-failover config push`. */
  readonly words: readonly string[];
  /** Makes other commands. */
  readonly next: NextCommand;
}

/** The next command; undefined: nothing is left to do. Pure. */
export function nextCommand(
  { dryRun, sites }: Omit<PushView, 'next'>,
  { words, next }: TypedWords,
): string | undefined {
  const left = sites.filter(({ remaining, outcome }) => remaining.length > 0 && outcome !== 'declined');
  if (dryRun || left.length === 0) return undefined;
  const broken = left.find(({ routers }) => routers.some(({ runs }) => runs === 'mixed'));
  if (broken?.outcome === 'broken') return next('status', broken.site);
  const [changed] = left.filter(({ outcome }) => outcome === 'superseded');
  if (changed !== undefined) return next('config', 'diff', '--router', changed.remaining[0] ?? '');
  const refused = left.find(({ outcome, reason }) => outcome === 'refused' && !AGAIN.has(reason));
  if (refused !== undefined) return afterRefusal(refused, { words, next });
  return commandText(['config', 'push', ...words]);
}

/** Reasons that a new plan resolves. */
const AGAIN: ReadonlySet<string> = new Set(['plan-changed', 'nothing-held']);
const NOT_FETCHED = /could not be fetched: .*(?:AccessDenied|ParameterNotFound)/;

/** The command that resolves the refusal; undefined: the refusal's sentence says what to do. */
function afterRefusal({ reason, says }: SitePushView, { words, next }: TypedWords): string | undefined {
  if (reason === 'drift') return commandText(['config', 'push', ...words, '--override', 'drift']);
  if (!NOT_FETCHED.test(says)) return undefined;
  return `${next('secrets', 'create')}, then npx cdk deploy --all`;
}
