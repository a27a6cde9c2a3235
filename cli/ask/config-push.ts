/** How config-push is asked. */

import { z } from 'zod';
import { PUSH_ANSWERS_WITHIN_MS } from '#infra/config-push-times.ts';
import { namesOf } from '#infra/names.ts';
import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { printable } from '../output/printable.ts';
import { invokeSite, type SiteFunction, type SiteRef } from '../transport/invoke-site.ts';
import { type ConfigPlan, NotTaken, Plan, type PushStep, type RouterPlan, Step } from './config-push-answers.ts';

export const PUSH_OVERRIDES = ['drift', 'paused'] as const;
export type PushOverride = (typeof PUSH_OVERRIDES)[number];

export interface PlanRequest {
  /** The topology file, as it is. */
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

/** A site and its plan, and which of its routers; none: the end of an interrupted push. */
export interface Asked {
  readonly where: SiteRef;
  readonly plan: ConfigPlan;
  readonly router?: RouterPlan;
}

/** After Ctrl-C somebody waits at a terminal: for a router that is to be undone or confirmed, and for a last reading. */
const END_AFTER_INTERRUPT_MS = 120_000;
const READ_AFTER_INTERRUPT_MS = 30_000;

/** @throws CommandError (exit code 2) where the file does not fit what is deployed, otherwise as `askSite` */
export async function askForPlan(
  where: SiteRef,
  { text: topology, overrides }: PlanRequest,
  cli: Cli,
): Promise<ConfigPlan> {
  const request = { action: 'plan', topology, overrides };
  return ask(where, request, Plan, cli, READ_AFTER_INTERRUPT_MS);
}

/**
 * One router's new configuration, or what is left of it.
 *
 * @param hold true: applied and not confirmed, which `askToEnd` does
 */
export async function askForStep(
  { where, plan, router }: Asked,
  { id, by, request: { text: topology, overrides }, cli }: Push,
  { hold = false } = {},
): Promise<PushStep> {
  const request = {
    action: 'push',
    id,
    by,
    topology,
    overrides,
    ...agreedOn(plan),
    only: router?.name,
    hold,
  };
  return ask(where, request, Step, cli, END_AFTER_INTERRUPT_MS);
}

/** A router that is held: is it still, or how it is to end, with its new configuration or with its old one. */
export async function askToEnd(
  action: 'held' | 'confirm' | 'undo',
  { where, router }: Required<Pick<Asked, 'where' | 'router'>>,
  { id, cli }: Pick<Push, 'id' | 'cli'>,
): Promise<PushStep> {
  return ask(where, { action, id, router: router.name }, Step, cli, END_AFTER_INTERRUPT_MS);
}

/** Ends what an interrupted push left unconfirmed: keeps what was found well, and takes everything else back. */
export function askToSettle(where: SiteRef, cli: Cli): Promise<PushStep> {
  return ask(where, { action: 'settle' }, Step, cli, END_AFTER_INTERRUPT_MS);
}

/** What was shown to the person who agreed: another digest or another owner by now is refused. */
function agreedOn({ owner, routers }: ConfigPlan) {
  return {
    owner,
    digests: Object.fromEntries(routers.map(({ name, digest }) => [name, digest])),
    baselines: Object.fromEntries(routers.map(({ name, baseline }) => [name, baseline])),
  };
}

/** Once it is interrupted the command still ends what it began: then nothing aborts the call, and its time is short. */
async function ask<T extends { readonly outcome: string }>(
  where: SiteRef,
  request: Readonly<Record<string, unknown>>,
  answer: z.ZodType<T>,
  { io, environment }: Cli,
  afterInterruptMs: number,
): Promise<T> {
  const isInterrupted = io.signal?.aborted === true;
  const signal = isInterrupted ? undefined : io.signal;
  const asked = of(where, isInterrupted ? afterInterruptMs : undefined);
  const given = await invokeSite(where, request, z.union([answer, NotTaken]), { environment, signal }, asked);
  const refusal = NotTaken.safeParse(given);
  if (!refusal.success) return given as T;
  const { outcome, says } = refusal.data;
  if (outcome === 'wrong-topology') throw new CommandError(exitCodes.usage, `${where.site.name}: ${says}`);
  const hint = '    hint: deploy the version that you run, or run the version that is deployed';
  throw new CommandError(exitCodes.failed, `${where.site.name}: ${printable(says)}\n${hint}`);
}

function of({ topology, site }: SiteRef, timeoutMs = PUSH_ANSWERS_WITHIN_MS): SiteFunction {
  return { functionName: namesOf(topology, site).configPush, timeoutMs };
}
