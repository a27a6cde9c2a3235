import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { renderTable } from '../output/table.ts';

/** A router of an upgrade, as `upgrade --json` shows it. Null: not known, or there is none. */
export interface RouterUpgradeView {
  readonly name: string;
  /**
   * `current`: its instance is what is wanted. `outdated`: it is not. `removed`: it has no instance; the same command launches one.
   * `changing`: an operation of its stack is under way. `unusable`: its stack accepts no update.
   */
  readonly state: 'current' | 'outdated' | 'removed' | 'changing' | 'unusable' | 'unknown';
  readonly instance: string | null;
  /** Of its launch template. */
  readonly image: string | null;
  readonly instanceType: string | null;
  readonly wantedImage: string | null;
  readonly wantedInstanceType: string | null;
}

export interface UpgradeView {
  readonly site: string;
  readonly dryRun: boolean;
  /** `current`: there was nothing to upgrade. `refused`: a rule does not permit the next step. */
  readonly outcome: 'upgraded' | 'current' | 'planned' | 'declined' | 'refused' | 'failed' | 'interrupted';
  readonly says: string;
  /** The steps that remain, in order. */
  readonly steps: readonly string[];
  /** The router that the routes point at now; null: they are split, or not known. */
  readonly owner: string | null;
  readonly routers: readonly RouterUpgradeView[];
  /** The command that continues; null: nothing remains, or a rule refuses it. */
  readonly next: string | null;
  /** After an upgrade: what the operator still has to do, as sentences with their commands. */
  readonly notes: readonly string[];
  /** The same command, for when what `says` names is corrected; null: no rule refused it. */
  readonly retry: string | null;
}

export function upgradeExitCode({ outcome }: UpgradeView): ExitCode {
  return exitCodes[EXIT_CODES[outcome]];
}

const EXIT_CODES = {
  upgraded: 'done',
  current: 'done',
  planned: 'done',
  declined: 'notDone',
  refused: 'notDone',
  failed: 'failed',
  interrupted: 'interrupted',
} as const;

export function showUpgrade(view: UpgradeView, colours: Colours): string {
  const { site, outcome, says, owner, steps, next, notes, retry } = view;
  const { bold, green, yellow, red, columns } = colours;
  const marks: Partial<Record<UpgradeView['outcome'], string>> = {
    upgraded: green('✓'),
    current: green('✓'),
    planned: green('✓'),
    failed: red('✗'),
  };
  const mark = marks[outcome] ?? yellow('!');
  return [
    `${mark} ${bold(site)}: ${says}`,
    owner === null
      ? `The routes of ${site} do not all point at one router, or that is not known.`
      : `The routes of ${site} point at ${owner}.`,
    showRouters(view, columns),
    ...(steps.length === 0 ? [] : [`${outcome === 'planned' ? 'Steps' : 'Remaining'}: ${steps.join(', then ')}.`]),
    ...(next === null ? [] : ['', `Next: ${next}`]),
    ...notes.map((note) => `note: ${note}`),
    ...(retry === null ? [] : ['', `When that is corrected: ${retry}`]),
    '',
  ].join('\n');
}

export function showRouters({ routers, owner }: Pick<UpgradeView, 'routers' | 'owner'>, columns?: number): string {
  return renderTable(
    ['ROUTER', 'TRAFFIC', 'INSTANCE', 'STATE', 'IMAGE', 'TYPE'],
    routers.map((router) => [
      router.name,
      router.name === owner ? 'owner' : '–',
      router.instance ?? '–',
      router.state,
      change(router.image, router.wantedImage),
      change(router.instanceType, router.wantedInstanceType),
    ]),
    columns,
  );
}

function change(now: string | null, wanted: string | null): string {
  return now === wanted || wanted === null ? (now ?? '–') : `${now ?? '–'} → ${wanted}`;
}
