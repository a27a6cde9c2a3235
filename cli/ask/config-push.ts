/** What config-push answers, as far as the command line reads it, and how it is asked. */

import { z } from 'zod';
import { namesOf } from '#infra/names.ts';
import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { printable } from '../output/printable.ts';
import { askSite, type Where } from './ask-site.ts';
import { askInEarnest } from './in-earnest.ts';

export const PUSH_OVERRIDES = ['drift', 'paused'] as const;
export type PushOverride = (typeof PUSH_OVERRIDES)[number];

const text = z.string().transform(printable);
const why = z.object({ reason: z.string(), says: text });

const Plan = z.object({
  outcome: z.literal('planned'),
  /** The router that carries the traffic. */
  owner: z.string().optional(),
  obstacle: why.optional(),
  interrupted: z.object({ id: z.string(), by: text, at: z.number(), done: z.array(z.string()) }).optional(),
  routers: z.array(
    z.object({
      name: z.string(),
      vyos: text.optional(),
      commands: z.array(text),
      /** Far routers of tunnels that the commands leave down until the far end has its part. */
      tunnels: z.array(z.string()).default([]),
      drift: z.object({ added: z.array(text), removed: z.array(text) }),
      notes: z.array(text),
      problem: why.optional(),
      digest: z.string(),
    }),
  ),
});
export type ConfigPlan = z.infer<typeof Plan>;
export type RouterPlan = ConfigPlan['routers'][number];

/** Its own words have lines. */
const WrongTopology = z.object({ outcome: z.literal('wrong-topology'), says: z.string() });

const Step = z.object({
  outcome: z.enum(['pushed', 'held', 'unchanged', 'refused', 'undone', 'unknown', 'broken']),
  reason: z.string(),
  says: text,
  router: z.string().optional(),
  remaining: z.array(z.string()),
});
export type PushStep = z.infer<typeof Step>;

export interface PlanRequest {
  /** The topology file, as it is. */
  readonly text: string;
  readonly overrides: readonly PushOverride[];
}

/** One router on a bad day, and a little; the function ends by itself before. */
const STEP_WITHIN_MS = 470_000;

/** @throws CommandError (exit code 2) where the file does not fit what is deployed, otherwise as `askSite` */
export async function askForPlan(
  where: Where,
  { text: topology, overrides }: PlanRequest,
  cli: Cli,
): Promise<ConfigPlan> {
  const { io, outside } = cli;
  const request = { action: 'plan', topology, overrides };
  const answer = await askSite(
    where,
    request,
    z.union([Plan, WrongTopology]),
    { outside, signal: io.signal },
    of(where),
  );
  return fitting(answer, where);
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
  readonly where: Where;
  readonly plan: ConfigPlan;
  readonly router?: RouterPlan;
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
  const digests = Object.fromEntries(plan.routers.map(({ name, digest }) => [name, digest]));
  const request = { action: 'push', id, by, topology, overrides, digests, only: router?.name, hold };
  return fitting(await askInEarnest(where, request, z.union([Step, WrongTopology]), cli, of(where)), where);
}

/** The end of a router that is held: with its new configuration, or with its old one. */
export async function askToEnd(
  action: 'confirm' | 'undo',
  { where, router }: Required<Pick<Asked, 'where' | 'router'>>,
  { id, cli }: Pick<Push, 'id' | 'cli'>,
): Promise<PushStep> {
  return askInEarnest(where, { action, id, router: router.name }, Step, cli, of(where));
}

function of({ topology, site }: Where) {
  return { functionName: namesOf(topology, site).configPush, timeoutMs: STEP_WITHIN_MS };
}

function fitting<T extends { readonly outcome: string }>(
  answer: T | z.infer<typeof WrongTopology>,
  { site }: Where,
): Exclude<T, { readonly outcome: 'wrong-topology' }> {
  if (answer.outcome !== 'wrong-topology') return answer as Exclude<T, { readonly outcome: 'wrong-topology' }>;
  const { says } = answer as z.infer<typeof WrongTopology>;
  throw new CommandError(exitCodes.usage, `${site.name}: ${says}`);
}
