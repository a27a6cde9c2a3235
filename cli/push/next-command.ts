import type { PushView, SitePushView } from '../views/push-view.ts';

/** What the person typed, as far as it is to be typed again. */
export interface TypedWords {
  /** Words after `vyos-failover config push`. */
  readonly words: readonly string[];
  /** Words that name the topology: the file, or `--topology` and the file; empty: the default. */
  readonly topology: readonly string[];
}

/** The next command where something is left, undefined where nothing is. Pure. */
export function nextCommand(
  { dryRun, sites }: Omit<PushView, 'next'>,
  { words, topology }: TypedWords,
): string | undefined {
  const left = sites.filter(({ remaining, outcome }) => remaining.length > 0 && outcome !== 'declined');
  if (dryRun || left.length === 0) return undefined;
  const broken = left.find(({ routers }) => routers.some(({ runs }) => runs === 'mixed'));
  if (broken?.outcome === 'broken') return command(['status', broken.site]);
  const [changed] = left.filter(({ outcome }) => outcome === 'superseded');
  if (changed !== undefined) return command(['config', 'diff', ...topology, '--router', changed.remaining[0] ?? '']);
  const refused = left.find(({ outcome, reason }) => outcome === 'refused' && !AGAIN.has(reason));
  if (refused !== undefined) return afterRefusal(refused, { words, topology });
  return command(['config', 'push', ...words]);
}

/** Reasons that are gone by the next plan. */
const AGAIN: ReadonlySet<string> = new Set(['plan-changed', 'nothing-held']);
const NOT_FETCHED = /could not be fetched: .*(?:AccessDenied|ParameterNotFound)/;

/** What helps where the same push would be refused again; undefined: that is for the sentence to say. */
function afterRefusal({ reason, says }: SitePushView, { words, topology }: TypedWords): string | undefined {
  if (reason === 'drift') return command(['config', 'push', ...words, '--override', 'drift']);
  if (!NOT_FETCHED.test(says)) return undefined;
  return `${command(['secrets', 'create', ...topology])}, then npx cdk deploy --all`;
}

function command(words: readonly string[]): string {
  return ['vyos-failover', ...words.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w./@:,+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
