import { type Edit, siteOfEdit } from '#topology/edits/edit.ts';
import { editText } from '#topology/edits/edit-text.ts';
import type { ChangePlan } from '../changes/plan/plan-changes.ts';
import { OPERATORS_STEPS, type Step } from '../changes/plan/step.ts';
import type { Situation } from '../changes/situation.ts';
import type { Colours } from '../output/colours.ts';
import { counted } from '../output/counted.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';

/** What `changes --json` shows. */
export interface ChangesView {
  readonly topology: string;
  /** `none`: the deployment, the routers and the file agree. `refused`: the steps cannot be done, or must not be begun now. */
  readonly outcome: 'none' | 'changes' | 'refused';
  readonly edits: readonly EditView[];
  /** In their order. */
  readonly steps: readonly StepView[];
  /** Why the steps are refused, as sentences. */
  readonly refusals: readonly string[];
  /** What an operator must know besides, as sentences. */
  readonly notes: readonly string[];
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
    outcome: refusals.length > 0 && !isNone ? 'refused' : isNone ? 'none' : 'changes',
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

export function stepView(step: Step): StepView {
  const { kind, says, command, costs } = step;
  return { kind, says, command, costs, by: OPERATORS_STEPS.has(kind) ? 'operator' : 'rollout' };
}

function notesOn({ edits, sites }: Situation): string[] {
  const deployed = sites.filter(({ deployment }) => deployment !== 'absent').map(({ site }) => site.name);
  const half = edits.filter(({ at }) => at.length < deployed.length && at.length > 0).length;
  return [
    ...sites
      .filter(({ deployment }) => deployment === 'unknown')
      .map(
        ({ site }) =>
          `${site.name}: what is deployed is not known, because its template states no topology. Its edits are not shown.`,
      ),
    ...(half === 0 || deployed.length < 2 ? [] : [HALF]),
    ...sites.flatMap(({ site, unfit }) => unfit.map((each) => `${site.name}: ${each}.`)),
    ...sites.flatMap(({ site, deployment, routers }) =>
      deployment === 'current'
        ? routers
            .filter(({ configuration }) => configuration === 'unknown')
            .map(({ name }) => `${site.name}: the configuration of ${name} could not be read.`)
        : [],
    ),
  ];
}

const HALF =
  'Some edits are deployed at some sites only, or concern some sites only. If the file is older than the deployment, the steps return to it.';

export function changesExitCode({ outcome }: ChangesView): ExitCode {
  return { none: exitCodes.done, changes: exitCodes.attention, refused: exitCodes.notDone }[outcome];
}

export function showChanges(view: ChangesView, colours: Colours): string {
  const { bold, green, yellow } = colours;
  const { topology, outcome, edits, steps, refusals, notes } = view;
  if (outcome === 'none')
    return lines([`${green('✓')} ${bold(topology)}: nothing is to be changed.`, ...notes.map(noteText)]);
  return lines([
    `${yellow('!')} ${bold(topology)}: ${counted(edits.length, 'edit')}, ${counted(steps.length, 'step')}.`,
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

function noteText(note: string): string {
  return `note: ${note}`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
