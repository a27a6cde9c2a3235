import type { Message } from '#contracts/message.ts';
import { PushPlan, type RouterPushPlan } from '#contracts/push-plan.ts';
import { MAX_TOPOLOGY_CHARS, type PushOverride, type SentConfigPushRequest } from '#contracts/push-request.ts';
import { PushResult } from '#contracts/push-result.ts';
import type * as z from '#contracts/validation.ts';
import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { askConfigPush } from '../transport/ask-config-push.ts';
import type { SiteRef } from '../transport/invoke-site.ts';

export interface PlanRequest {
  /** The text of the topology file. */
  readonly text: string;
  readonly overrides: readonly PushOverride[];
}

/** One push: the same for all of its sites and routers. */
export interface Push {
  readonly id: string;
  readonly by: string;
  readonly request: PlanRequest;
  readonly cli: Cli;
}

/** A site, its plan, and the router to push; without a router: finishes an interrupted push. */
interface StepTarget {
  readonly where: SiteRef;
  readonly plan: PushPlan;
  readonly router?: RouterPushPlan;
}

/** Time limits after Ctrl-C, while the operator waits: to end a router, and for a last reading. */
const END_AFTER_INTERRUPT_MS = 120_000;
const READ_AFTER_INTERRUPT_MS = 30_000;

/** @throws CommandError (exit code 2) for a topology that is too large, otherwise as `askConfigPush` */
export async function askForPlan(
  where: SiteRef,
  { text: topology, overrides }: PlanRequest,
  cli: Cli,
): Promise<PushPlan> {
  if (topology.length > MAX_TOPOLOGY_CHARS) throw new CommandError(exitCodes.usage, tooLong(topology.length));
  return ask(where, { action: 'plan', topology, overrides }, PushPlan, cli, READ_AFTER_INTERRUPT_MS);
}

/**
 * Pushes one router, or finishes a push.
 *
 * @param hold true: leaves the router unconfirmed, until `askToEnd`
 */
export async function askForStep(
  { where, plan, router }: StepTarget,
  { id, by, request: { text: topology, overrides }, cli }: Push,
  { hold = false } = {},
): Promise<PushResult> {
  const request = {
    action: 'push' as const,
    id,
    by,
    topology,
    overrides,
    ...approvedPlan(plan),
    only: router?.name,
    hold,
  };
  return ask(where, request, PushResult, cli, END_AFTER_INTERRUPT_MS);
}

/** About an unconfirmed router: does it still wait, confirm it, or roll it back. */
export async function askToEnd(
  action: 'held' | 'confirm' | 'undo',
  { where, router }: Required<Pick<StepTarget, 'where' | 'router'>>,
  { id, cli }: Pick<Push, 'id' | 'cli'>,
): Promise<PushResult> {
  return ask(where, { action, id, router: router.name }, PushResult, cli, END_AFTER_INTERRUPT_MS);
}

/** Recovers an interrupted push: confirms what was verified, and rolls back everything else. */
export function askToRecover(where: SiteRef, cli: Cli): Promise<PushResult> {
  return ask(where, { action: 'settle' }, PushResult, cli, END_AFTER_INTERRUPT_MS);
}

function tooLong(characters: number): string {
  const most = MAX_TOPOLOGY_CHARS.toLocaleString('en');
  return `the topology file has ${characters.toLocaleString('en')} characters, and a push takes ${most}: remove comments, or divide the topology`;
}

/** The plan that the operator approved: if a digest or the owner has changed, the push is refused. */
function approvedPlan({ owner, routers }: PushPlan) {
  return {
    owner,
    digests: Object.fromEntries(routers.map(({ name, digest }) => [name, digest])),
    baselines: Object.fromEntries(routers.map(({ name, baseline }) => [name, baseline])),
  };
}

/** After Ctrl-C the command still ends what it began: nothing aborts the call then, and its time is short. */
function ask<Answer extends z.core.$ZodType>(
  where: SiteRef,
  request: SentConfigPushRequest,
  answer: Answer,
  { io, environment, waits }: Cli,
  afterInterruptMs: number,
): Promise<Message<Answer>> {
  const by = { environment, waits };
  if (io.signal?.aborted === true) return askConfigPush(where, request, answer, by, afterInterruptMs);
  return askConfigPush(where, request, answer, { ...by, signal: io.signal });
}
