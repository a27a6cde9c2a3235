import type { PushResult, RouterState } from '#contracts/push-result.ts';
import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { renderTable } from '../output/table.ts';
import { utcTime } from '../output/time.ts';
import type { RouterDiffView } from './config-view.ts';

/** A router of a push: its difference before, and its configuration now. */
export interface RouterPushView extends RouterDiffView {
  /** `new`: the pushed configuration. `old`: the one before. `mixed`: parts of both, or a third one. */
  readonly runs: RouterState['runs'];
  /** The configuration after a reboot. */
  readonly boots: RouterState['boots'];
}

/** The result of a push at one site. */
export interface SitePushView {
  readonly site: string;
  /**
   * `planned`: it would be done (--dry-run). `declined`: the operator did not confirm. `interrupted`: Ctrl-C.
   * `not-begun`: the push stopped at another site before this one. `superseded`: it was done, and a router has another
   * configuration by now.
   */
  readonly outcome: PushResult['outcome'] | 'planned' | 'declined' | 'interrupted' | 'not-begun' | 'superseded';
  readonly reason: string;
  readonly says: string;
  readonly routers: readonly RouterPushView[];
  /** Routers that received their new configuration in this push. */
  readonly pushed: readonly string[];
  /** Routers whose running or boot configuration is not the new one, or is not confirmed. */
  readonly remaining: readonly string[];
  /** How earlier, unfinished pushes were ended. */
  readonly settled: readonly string[];
}

/** The result of a push, as in `config push --json`. */
export interface PushView {
  readonly dryRun: boolean;
  /** In order. Routers of one step change at the same time, because of the `tunnels` between them. */
  readonly steps: readonly {
    readonly routers: readonly string[];
    readonly tunnels: readonly (readonly [string, string])[];
  }[];
  readonly sites: readonly SitePushView[];
  /** Sentences: tunnels whose two ends have different configurations. */
  readonly down: readonly string[];
  /** The next command; null: nothing remains. */
  readonly next: string | null;
}

/** 0 only if every router of every site runs the pushed configuration and boots with it, or would (--dry-run). */
export function pushExitCode({ dryRun, sites }: PushView): ExitCode {
  const outcomes = new Set(sites.map(({ outcome }) => outcome));
  if (outcomes.has('interrupted')) return exitCodes.interrupted;
  if (FAILED.some((outcome) => outcomes.has(outcome))) return exitCodes.failed;
  if (outcomes.has('refused') || outcomes.has('declined')) return exitCodes.notDone;
  return dryRun || sites.every(({ remaining }) => remaining.length === 0) ? exitCodes.done : exitCodes.failed;
}

const FAILED = ['undone', 'unknown', 'broken', 'superseded'] as const;

/** One line for each site, the tunnels that are down, the configuration of each router if any changed, and the next command. */
export function showPush({ sites, down, next }: PushView, colours: Colours): string {
  const routers = sites.flatMap((site) => site.routers);
  const isDone = sites.some(({ outcome }) => !UNTOUCHED.has(outcome));
  const table =
    isDone || routers.some(({ revertsAt }) => revertsAt !== null) ? ['', showRouters(routers, colours.columns)] : [];
  return [
    ...sites.map((site) => showSitePush(site, colours)),
    ...down.map((says) => `${colours.red('✗')} ${says}`),
    ...table,
    ...(next === null ? [] : ['', `Next: ${next}`]),
    '',
  ].join('\n');
}

const UNTOUCHED: ReadonlySet<SitePushView['outcome']> = new Set(['planned', 'declined', 'unchanged', 'refused']);

function showSitePush({ site, outcome, says, remaining, settled }: SitePushView, colours: Colours): string {
  const { bold, green, yellow, red } = colours;
  const marks: Partial<Record<SitePushView['outcome'], string>> = {
    pushed: green('✓'),
    unchanged: green('✓'),
    planned: green('✓'),
    undone: red('✗'),
    broken: red('✗'),
  };
  const sign = marks[outcome] ?? yellow('!');
  const before = settled.filter((each) => !says.includes(each)).map((each) => `${each} `);
  const left = remaining.length === 0 || outcome === 'planned' ? '' : ` Remaining: ${remaining.join(', ')}.`;
  return `${sign} ${bold(site)}: ${before.join('')}${says}${left}`;
}

function showRouters(routers: readonly RouterPushView[], columns: number | undefined): string {
  const rows = routers.map(({ router, runs, boots, revertsAt }) => [
    router,
    runs,
    boots,
    revertsAt === null ? 'none' : `by ${utcTime(Date.parse(revertsAt))}, unless confirmed`,
  ]);
  return renderTable(['ROUTER', 'RUNNING', 'BOOT', 'ROLLBACK TO OLD'], rows, columns);
}
