import type { ConfigPlan, PushStep, RouterPlan } from '../ask/config-push.ts';
import type { Colours } from './colours.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** One router's difference: the command line's own type, part of several `--json`. No secret is in it. */
export interface RouterDiffView {
  readonly router: string;
  /** It has the routes now. */
  readonly carriesTraffic: boolean;
  /** As the router says; null: it did not. */
  readonly vyos: string | null;
  /** null: they could not be compared, `problem` says why. */
  readonly different: boolean | null;
  /** `delete` and `set` commands, with the names of secrets. */
  readonly commands: readonly string[];
  /** Changes that nobody pushed. */
  readonly drift: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly problem: { readonly reason: string; readonly says: string } | null;
  readonly notes: readonly string[];
}

export function routerDiffView(
  { name, vyos, commands, drift, problem, notes }: RouterPlan,
  { owner }: ConfigPlan,
): RouterDiffView {
  const compared = problem === undefined || problem.reason === 'drift';
  const different = commands.length + drift.added.length + drift.removed.length > 0;
  return {
    router: name,
    carriesTraffic: name === owner,
    vyos: vyos ?? null,
    different: compared ? different : null,
    commands,
    drift,
    problem: problem ?? null,
    notes,
  };
}

export function showRouterDiff(view: RouterDiffView, { bold, green, red, yellow, dim }: Colours): string {
  const { router, carriesTraffic, vyos, different, commands, drift, problem, notes } = view;
  const about = [...(vyos === null ? [] : [`VyOS ${vyos}`]), carriesTraffic ? 'carries the traffic' : 'stands by'];
  return [
    `${bold(router)} ${dim(`(${about.join(', ')})`)}${different === false ? `: ${green('no difference')}` : ''}`,
    ...commands.map((line) => `  ${line.startsWith('delete ') ? red(`- ${line}`) : green(`+ ${line}`)}`),
    ...(drift.added.length + drift.removed.length === 0 ? [] : ['  changes that we did not make:']),
    ...drift.added.map((line) => `  ${yellow(`there:   ${line}`)}`),
    ...drift.removed.map((line) => `  ${yellow(`missing: ${line}`)}`),
    ...(problem === null ? [] : [`  ${yellow('!')} ${problem.says}.`]),
    ...notes.map((note) => `  note: ${note}`),
  ].join('\n');
}

/** What came of a push at one site: the command line's own type. */
export interface SitePushView {
  readonly site: string;
  /**
   * `planned`: it would be done (--dry-run). `declined`: the person at the terminal said no. `not-begun`: another site
   * came first and did not end well; what was before it (`pushed`) is done.
   */
  readonly outcome: PushStep['outcome'] | 'planned' | 'declined' | 'not-begun';
  readonly reason: string;
  readonly says: string;
  readonly routers: readonly RouterDiffView[];
  /** Routers that have their new configuration now. */
  readonly pushed: readonly string[];
  /** Routers that still have another configuration than they should. */
  readonly remaining: readonly string[];
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
}

export function pushExitCode(sites: readonly SitePushView[]): ExitCode {
  const outcomes = new Set(sites.map(({ outcome }) => outcome));
  if (outcomes.has('undone') || outcomes.has('unknown') || outcomes.has('broken')) return exitCodes.failed;
  return outcomes.has('refused') || outcomes.has('declined') ? exitCodes.notDone : exitCodes.done;
}

export function showSitePush({ site, outcome, says, remaining }: SitePushView, colours: Colours): string {
  const { bold, green, yellow, red } = colours;
  const mark = { pushed: green('✓'), unchanged: green('✓'), planned: green('✓'), undone: red('✗'), broken: red('✗') };
  const sign = outcome in mark ? mark[outcome as keyof typeof mark] : yellow('!');
  const left = remaining.length === 0 || outcome === 'planned' ? '' : ` Still to do: ${remaining.join(', ')}.`;
  return `${sign} ${bold(site)}: ${says}${left}`;
}
