import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { type Edit, siteOfEdit } from '#topology/edits/edit.ts';
import { editText } from '#topology/edits/edit-text.ts';
import type { ChangePlan } from '../changes/plan/plan-changes.ts';
import { OPERATORS_STEPS, type Step } from '../changes/plan/step.ts';
import type { Situation } from '../changes/situation.ts';
import { unreadFacts } from '../changes/unread-facts.ts';
import type { Colours } from '../output/colours.ts';
import { counted } from '../output/counted.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { utcTime } from '../output/time.ts';

/** What `changes --json` shows. */
export interface ChangesView {
  readonly topology: string;
  /**
   * `none`: the deployment, the routers, the keys and the file agree. `unknown`: no step is known, and a running configuration, the programs
   * of a router or the keys could not be read.
   * `refused`: the steps cannot be done, or must not be begun now.
   */
  readonly outcome: 'none' | 'unknown' | 'changes' | 'refused';
  /** The deployment that the file is compared with. Edits lead from it to the file, also if the file is older. */
  readonly deployed: readonly DeployedView[];
  readonly edits: readonly EditView[];
  /** In their order. */
  readonly steps: readonly StepView[];
  /** Why the steps are refused, as sentences. */
  readonly refusals: readonly string[];
  /** What an operator must know besides, as sentences. */
  readonly notes: readonly string[];
}

interface DeployedView {
  readonly site: string;
  /** ISO 8601; null: unknown. */
  readonly at: string | null;
  /** Of the product. */
  readonly version: string;
}

interface EditView {
  readonly kind: Edit['kind'];
  /** Null: the whole topology. */
  readonly site: string | null;
  readonly says: string;
  /** Sites that are not deployed with it. */
  readonly pendingAt: readonly string[];
}

export interface StepView {
  readonly kind: Step['kind'];
  readonly says: string;
  readonly command: string;
  /** Traffic, failover and messages meanwhile, as sentences. */
  readonly costs: readonly string[];
  /** `operator`: `rollout` only checks whether it is done. */
  readonly by: 'rollout' | 'operator';
}

export function changesView(situation: Situation, { steps, refusals }: ChangePlan): ChangesView {
  const isNone = steps.length === 0 && situation.edits.length === 0;
  return {
    topology: situation.topology.name,
    outcome: isNone
      ? unreadFacts(situation).length > 0
        ? 'unknown'
        : 'none'
      : refusals.length > 0
        ? 'refused'
        : 'changes',
    deployed: deployedViews(situation),
    edits: situation.edits.map(({ edit, at }) => ({
      kind: edit.kind,
      site: siteOfEdit(edit) ?? null,
      says: editText(edit),
      pendingAt: at,
    })),
    steps: steps.map(stepView),
    refusals,
    notes: notesOn(situation),
  };
}

function deployedViews({ sites }: Situation): DeployedView[] {
  return sites
    .filter(({ deployment }) => deployment === 'current' || deployment === 'different')
    .map(({ site, deployedAt, otherVersion }) => ({
      site: site.name,
      at: deployedAt === undefined ? null : new Date(deployedAt).toISOString(),
      version: otherVersion ?? PRODUCT_VERSION,
    }));
}

export function stepView(step: Step): StepView {
  const { kind, says, command, costs } = step;
  return { kind, says, command, costs, by: OPERATORS_STEPS.has(kind) ? 'operator' : 'rollout' };
}

function notesOn(situation: Situation): string[] {
  const { sites, writtenAt, edits } = situation;
  return [
    ...sites
      .filter(({ site, deployedAt = 0 }) => deployedAt > (writtenAt ?? Infinity) && isEdited(site.name, edits))
      .map(
        ({ site, deployedAt = 0 }) =>
          `${site.name} was deployed at ${utcTime(deployedAt)}, after this file was last written (${utcTime(writtenAt ?? 0)}): ` +
          'a newer file may have been deployed, whose edits these steps would undo. Compare the file with that of your colleagues.',
      ),
    ...sites
      .filter(({ deployment }) => deployment === 'unknown')
      .map(
        ({ site }) =>
          `${site.name}: what is deployed is not known, because its template states no topology. Its edits are not shown.`,
      ),
    ...sites.flatMap(({ site, behind }) =>
      behind.map(
        (stack) =>
          `${site.name}: the stack ${stack} was not made from this file, although that of the site was: its deployment failed or was left out.`,
      ),
    ),
    ...sites.flatMap(({ site, unfit }) => unfit.map((each) => `${site.name}: ${each}.`)),
    ...unreadFacts(situation),
  ];
}

function isEdited(site: string, edits: Situation['edits']): boolean {
  return edits.some(({ at }) => at.includes(site));
}

export function changesExitCode({ outcome }: ChangesView): ExitCode {
  return {
    none: exitCodes.done,
    unknown: exitCodes.attention,
    changes: exitCodes.attention,
    refused: exitCodes.notDone,
  }[outcome];
}

export function showChanges(view: ChangesView, colours: Colours): string {
  const { bold, green, yellow } = colours;
  const { topology, outcome, deployed, edits, steps, refusals, notes } = view;
  if (outcome === 'none')
    return lines([`${green('✓')} ${bold(topology)}: nothing is to be changed.`, ...notes.map(noteText)]);
  if (outcome === 'unknown')
    return lines([
      `${yellow('!')} ${bold(topology)}: it is unknown whether anything is to be changed, because not everything could be read.`,
      ...notes.map(noteText),
    ]);
  return lines([
    `${yellow('!')} ${bold(topology)}: ${edits.length === 0 ? '' : `${counted(edits.length, 'edit')}, `}${counted(steps.length, 'step')}.`,
    ...(deployed.length === 0
      ? []
      : [`  Compared with the deployment of ${deployed.map(deployedText).join(', ')}; the steps lead to the file.`]),
    ...edits.map(
      ({ says, pendingAt }) =>
        `  ${says}${pendingAt.length === 0 ? '' : `  (not deployed at ${pendingAt.join(', ')})`}`,
    ),
    ...(steps.length === 0 ? [] : ['', 'Steps:']),
    ...showSteps(steps),
    ...(refusals.length === 0 ? [] : ['', 'Not possible:', ...refusals.map((each) => `  ${yellow('!')} ${each}`)]),
    ...(notes.length === 0 ? [] : ['', ...notes.map(noteText)]),
  ]);
}

/** Each step with its command and what it costs. */
export function showSteps(steps: readonly StepView[]): string[] {
  return steps.flatMap(({ says, command, costs, by }, index) => [
    `  ${index + 1}. ${says.charAt(0).toUpperCase()}${says.slice(1)}.${by === 'operator' ? ' By you.' : ''}`,
    ...command.split('\n').map((each) => `       ${each}`),
    ...costs.map((each) => `     - ${each}`),
  ]);
}

function deployedText({ site, at, version }: DeployedView): string {
  return `${site} (${at === null ? '' : `${utcTime(Date.parse(at))}, `}version ${version})`;
}

function noteText(note: string): string {
  return `note: ${note}`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
