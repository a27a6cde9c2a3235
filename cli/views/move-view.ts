import type { Preview } from '#contracts/preview.ts';
import type { SwapResult } from '#contracts/swap-result.ts';
import type { RefusalReason } from '#failover/rules.ts';
import { OVERRIDES } from '#failover/trigger.ts';
import type { Colours } from '../output/colours.ts';
import { counted } from '../output/counted.ts';
import { indent, indented } from '../output/indent.ts';
import type { NextCommand } from '../output/next-command.ts';
import { type StepView, showSteps } from './replace-calls.ts';

interface About {
  readonly site: string;
  readonly action: 'switchover' | 'failback';
  readonly to: string;
  readonly id: string;
  /** ReplaceRoute calls of the preview. */
  readonly steps: readonly StepView[];
}

/** The result of a switchover or failback, as in their `--json`. */
export interface MoveView extends About {
  readonly dryRun: boolean;
  /** `planned`: it would be done (--dry-run). `declined`: the operator did not confirm. */
  readonly outcome: SwapResult['outcome'] | 'planned' | 'declined';
  readonly reason: string;
  readonly says: string;
  /** Owner of the routes afterwards; null: the routes are split, or nothing was changed. */
  readonly owner: string | null;
  /** Number of the last swap that began; null: nothing was changed. */
  readonly epoch: number | null;
  readonly moved: readonly { readonly table: string; readonly destination: string }[];
  readonly remaining: readonly { readonly table: string; readonly destination: string; readonly why: string }[];
  readonly foreign: readonly { readonly table: string; readonly destination: string }[];
  readonly lockBypassed: boolean;
  /** As measured by route-swap; null: nothing was changed. */
  readonly tookMs: number | null;
  /** The recommended next command; null: none. */
  readonly next: string | null;
}

/**
 * The view of a result, or of a preview after which nothing was changed.
 *
 * @param command of the command line
 * @param overrides those of the request, which the next command repeats
 */
export function moveView(
  about: About,
  from: SwapResult | Preview,
  command: NextCommand,
  dryRun: boolean,
  overrides: readonly string[] = [],
): MoveView {
  if ('decision' in from) return unmoved(about, from, command, dryRun, overrides);
  const { outcome, reason, says, owner = null, epoch, moved, remaining, foreign, lockBypassed, tookMs } = from;
  const result = { outcome, reason, says, owner, epoch, moved, remaining, foreign, lockBypassed, tookMs };
  return { ...about, dryRun, ...result, next: afterMove(about, from, overrides, command) };
}

function afterMove(
  about: About,
  { outcome, reason, foreign }: SwapResult,
  overrides: readonly string[],
  command: NextCommand,
): string | null {
  if (outcome === 'partial' || foreign.length > 0) return command('status', about.site);
  switch (outcome) {
    case 'swapped':
      return command('history', about.site);
    case 'already':
      return null;
    case 'noted':
      return command('explain', about.site);
    case 'refused':
      // Another move began first, and is under way or has ended.
      return reason === LEASE_HELD ? command('status', about.site) : afterRefusal(about, reason, overrides, command);
  }
}

const LEASE_HELD: RefusalReason = 'lease-held';

function unmoved(
  about: About,
  { decision: { kind, reason, says } }: Preview,
  command: NextCommand,
  dryRun: boolean,
  overrides: readonly string[],
): MoveView {
  const outcome = kind === 'swap' ? 'planned' : kind === 'already' ? 'already' : 'refused';
  return {
    ...about,
    dryRun,
    outcome,
    reason,
    says,
    owner: null,
    epoch: null,
    moved: [],
    remaining: [],
    foreign: [],
    lockBypassed: false,
    tookMs: null,
    next: outcome === 'refused' ? afterRefusal(about, reason, overrides, command) : null,
  };
}

/** The same command with one more override, if the rule has one; else `explain`. */
function afterRefusal(
  { site, action, to }: About,
  reason: string,
  overrides: readonly string[],
  command: NextCommand,
): string {
  if (!OVERRIDES.some((rule) => rule === reason)) return command('explain', site);
  const target = action === 'switchover' ? ['--to', to] : [];
  const all = [...new Set([...overrides, reason])].flatMap((rule) => ['--override', rule]);
  return command(action, site, ...target, ...all, '--reason', 'TEXT');
}

export function showMove(view: MoveView, { green, yellow, red, bold, columns }: Colours): string {
  const { site, outcome, says, steps, moved, remaining, foreign, tookMs, epoch, dryRun } = view;
  switch (outcome) {
    case 'declined':
      return `${bold(site)}: declined; nothing was changed.`;
    case 'planned':
      return [
        `${green('✓')} ${bold(site)}: ${says}`,
        indent(showSteps(steps, indented(columns))),
        '  dry run: nothing was changed',
      ].join('\n');
    case 'refused':
    case 'noted':
      return `${yellow('!')} ${bold(site)}: ${dryRun ? 'would be refused' : 'not done'}: ${says}`;
    case 'already':
      return `${green('✓')} ${bold(site)}: ${says}`;
    case 'swapped':
    case 'partial': {
      const mark = outcome === 'swapped' ? green('✓') : red('✗');
      return [
        `${mark} ${bold(site)}: ${says}`,
        `  ${counted(moved.length, 'route')} moved in ${Math.round(tookMs ?? 0)} ms (swap ${epoch})`,
        ...remaining.map(({ table, destination, why }) => `  not moved yet: ${table} ${destination}: ${why}`),
        ...foreign.map(({ table, destination }) => `  foreign, not changed: ${table} ${destination}`),
      ].join('\n');
    }
  }
}
