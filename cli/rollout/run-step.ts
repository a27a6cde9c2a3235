import { resolve } from 'node:path';
import type { Step } from '../changes/plan/step.ts';
import type { Situation } from '../changes/situation.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { commandText } from '../output/next-command.ts';
import { endController } from './end-controller.ts';
import { moveAway } from './move-away.ts';
import { type RolloutContext, RolloutStopped } from './rollout-context.ts';
import { waitUntilFit } from './wait-until-fit.ts';

/** @throws RolloutStopped if the step fails or is refused; another error after Ctrl-C */
export async function runStep(step: Step, situation: Situation, context: RolloutContext): Promise<void> {
  const { file, cli } = context;
  switch (step.kind) {
    case 'keys':
      return command(['secrets', 'create', file.name, '--yes'], step, context);
    case 'switchover':
      return moveAway(step, situation, context);
    case 'destroy':
      return endController(step.former, context);
    case 'deploy':
      await deploy(step.stacks, context);
      return waitUntilFit(step.sites, situation, context);
    case 'install':
      return command(['router', 'install', step.site, '--topology', file.name, '--yes'], step, context);
    case 'push':
      return command(['config', 'push', file.name, ...onlySite(context), '--yes'], step, context);
    case 'upgrade':
      return command(['upgrade', step.site, '--topology', file.name, '--yes'], step, context);
    case 'routes':
    case 'attach':
    case 'bundle':
      throw new Error(`${step.kind} is a step of the operator, not of ${cli.environment.user}`);
  }
}

function onlySite({ file }: RolloutContext): string[] {
  return file.only === undefined ? [] : ['--site', file.only];
}

/** The same command as an operator would run; `--by` is recorded in the history. */
async function command(words: readonly string[], { says }: Step, { by, cli }: RolloutContext): Promise<void> {
  const code = await cli.command([...words, '--by', by]);
  cli.io.signal?.throwIfAborted();
  if (code === exitCodes.done || (words[0] === 'secrets' && code === exitCodes.attention)) return;
  const outcome = code === exitCodes.notDone || code === exitCodes.usage ? 'refused' : 'failed';
  throw new RolloutStopped(
    outcome,
    `Not done: ${says}: ${commandText(words)} ended with ${code}; its output has the reason.`,
  );
}

async function deploy(stacks: readonly string[], { file, cli }: RolloutContext): Promise<void> {
  const { environment, io } = cli;
  const code = await environment.deployStacks({ file: resolve(io.cwd, file.name), stacks, signal: io.signal });
  io.signal?.throwIfAborted();
  if (code === 0) return;
  throw new RolloutStopped('failed', `cdk deploy ended with ${code ?? 'a signal'}; its output has the reason.`);
}
