import type { Preview } from '#contracts/preview.ts';
import type { SwapResult } from '#contracts/swap-result.ts';
import { OVERRIDES } from '#failover/trigger.ts';
import type { Colours } from '../output/colours.ts';
import { counted, type StepView, showSteps } from './replace-calls.ts';
import { indent } from './show-site.ts';

interface About {
  readonly site: string;
  readonly action: 'switchover' | 'failback';
  readonly to: string;
  readonly id: string;
  /** Before → after, as the preview saw it. */
  readonly steps: readonly StepView[];
}

/** What came of a switchover or failback: the command line's own type, their `--json`. */
export interface MoveView extends About {
  readonly dryRun: boolean;
  /** `planned`: it would be done (--dry-run). `declined`: the person at the terminal said no. */
  readonly outcome: SwapResult['outcome'] | 'planned' | 'declined';
  readonly reason: string;
  readonly says: string;
  /** Router that holds the routes afterwards; null: nobody alone, or nothing was done. */
  readonly owner: string | null;
  /** Number of the last swap that began; null: nothing was done. */
  readonly epoch: number | null;
  readonly moved: readonly { readonly table: string; readonly destination: string }[];
  readonly remaining: readonly { readonly table: string; readonly destination: string; readonly why: string }[];
  readonly foreign: readonly { readonly table: string; readonly destination: string }[];
  readonly lockBypassed: boolean;
  /** As route-swap measured it; null: nothing was done. */
  readonly tookMs: number | null;
  /** What to run next; null: nothing in particular. */
  readonly next: string | null;
}

/** Of a result, or of a preview beyond which nothing was done. */
export function moveView(about: About, from: SwapResult): MoveView;
export function moveView(about: About, from: Preview, dryRun: boolean): MoveView;
export function moveView(about: About, from: SwapResult | Preview, dryRun = false): MoveView {
  if ('decision' in from) return unmoved(about, from, dryRun);
  const { outcome, reason, says, owner = null, epoch, moved, remaining, foreign, lockBypassed, tookMs } = from;
  const next = outcome === 'partial' || foreign.length > 0 ? 'status' : outcome === 'swapped' ? 'history' : undefined;
  const result = { outcome, reason, says, owner, epoch, moved, remaining, foreign, lockBypassed, tookMs };
  return { ...about, dryRun, ...result, next: next === undefined ? null : `vyos-failover ${next} ${about.site}` };
}

function unmoved(about: About, { decision: { kind, reason, says } }: Preview, dryRun: boolean): MoveView {
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
    next: outcome === 'refused' ? afterRefusal(about, reason) : null,
  };
}

/** Some rules may be set aside by name; of the others it helps to know more. */
function afterRefusal({ site, action, to }: About, reason: string): string {
  if (!OVERRIDES.some((rule) => rule === reason)) return `vyos-failover explain ${site}`;
  const target = action === 'switchover' ? ` --to ${to}` : '';
  return `vyos-failover ${action} ${site}${target} --override ${reason} --reason TEXT`;
}

export function showMove(view: MoveView, { green, yellow, red, bold }: Colours): string {
  const { site, outcome, says, steps, moved, remaining, foreign, tookMs, epoch, dryRun } = view;
  switch (outcome) {
    case 'declined':
      return `${bold(site)}: nothing was done.`;
    case 'planned':
      return [`${green('✓')} ${bold(site)}: ${says}`, indent(showSteps(steps)), '  dry run: nothing was done'].join(
        '\n',
      );
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
        ...remaining.map(({ table, destination, why }) => `  not yet: ${table} ${destination}: ${why}`),
        ...foreign.map(({ table, destination }) => `  not ours, untouched: ${table} ${destination}`),
      ].join('\n');
    }
  }
}
