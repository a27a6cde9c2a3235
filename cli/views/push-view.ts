import type { PushResult, RouterState } from '#contracts/push-result.ts';
import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { renderTable } from '../output/table.ts';
import { moment } from '../output/time.ts';
import type { RouterDiffView } from './config-view.ts';

/** A router of a push: how it differed, and what it has now. */
export interface RouterPushView extends RouterDiffView {
  /** `new`: what is pushed. `old`: what it had before. `mixed`: parts of both, or something else by now. */
  readonly runs: RouterState['runs'];
  /** What it has after a reboot. */
  readonly boots: RouterState['boots'];
}

/** What came of a push at one site: the command line's own type. */
export interface SitePushView {
  readonly site: string;
  /**
   * `planned`: it would be done (--dry-run). `declined`: the person at the terminal said no. `interrupted`: Ctrl-C.
   * `not-begun`: another site came first and did not end well; what was before it (`pushed`) is done. `superseded`: it was
   * done, and a router has something else by now.
   */
  readonly outcome: PushResult['outcome'] | 'planned' | 'declined' | 'interrupted' | 'not-begun' | 'superseded';
  readonly reason: string;
  readonly says: string;
  readonly routers: readonly RouterPushView[];
  /** Routers that this push brought to their new configuration. */
  readonly pushed: readonly string[];
  /** Routers that do not run and boot with what they should, or would not keep it. */
  readonly remaining: readonly string[];
  /** How earlier pushes that had stopped midway were brought to an end. */
  readonly settled: readonly string[];
}

/** What came of a push. */
export interface PushView {
  readonly dryRun: boolean;
  /** In this order; routers of one step change at the same time, because of `tunnels` between them. */
  readonly steps: readonly {
    readonly routers: readonly string[];
    readonly tunnels: readonly (readonly [string, string])[];
  }[];
  readonly sites: readonly SitePushView[];
  /** Sentences: tunnels whose ends do not have the same. */
  readonly down: readonly string[];
  /** What to type next; null: nothing is left. */
  readonly next: string | null;
}

/** 0 only where every router of every site runs and boots with what was pushed, or would (--dry-run). */
export function pushExitCode({ dryRun, sites }: PushView): ExitCode {
  const outcomes = new Set(sites.map(({ outcome }) => outcome));
  if (outcomes.has('interrupted')) return exitCodes.interrupted;
  if (FAILED.some((outcome) => outcomes.has(outcome))) return exitCodes.failed;
  if (outcomes.has('refused') || outcomes.has('declined')) return exitCodes.notDone;
  return dryRun || sites.every(({ remaining }) => remaining.length === 0) ? exitCodes.done : exitCodes.failed;
}

const FAILED = ['undone', 'unknown', 'broken', 'superseded'] as const;

/**
 * A line for each site, tunnels that are down, what every router has if anything was done or changes by itself, and what to
 * type.
 */
export function showPush({ sites, down, next }: PushView, colours: Colours): string {
  const routers = sites.flatMap((site) => site.routers);
  const isDone = sites.some(({ outcome }) => !UNTOUCHED.has(outcome));
  const table = isDone || routers.some(({ revertsAt }) => revertsAt !== null) ? ['', showRouters(routers)] : [];
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
  const mark = { pushed: green('✓'), unchanged: green('✓'), planned: green('✓'), undone: red('✗'), broken: red('✗') };
  const sign = outcome in mark ? mark[outcome as keyof typeof mark] : yellow('!');
  const before = settled.filter((each) => !says.includes(each)).map((each) => `${each} `);
  const left = remaining.length === 0 || outcome === 'planned' ? '' : ` Still to do: ${remaining.join(', ')}.`;
  return `${sign} ${bold(site)}: ${before.join('')}${says}${left}`;
}

function showRouters(routers: readonly RouterPushView[]): string {
  const rows = routers.map(({ router, runs, boots, revertsAt }) => [
    router,
    WORDS[runs],
    WORDS[boots],
    revertsAt === null ? 'nothing' : `old by ${moment(Date.parse(revertsAt))}, unless it is confirmed`,
  ]);
  return renderTable(['ROUTER', 'RUNS', 'BOOTS WITH', 'CHANGES BY ITSELF'], rows);
}

const WORDS = { new: 'new', old: 'old', mixed: 'parts of both', unknown: 'unknown' } as const;
