import type { CommandEnd } from '#aws/run-command.ts';
import type { ProbeRequest, RehearseRequest } from '#contracts/route-swap-requests.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { ProbePorts } from '#functions/health-probe/ports.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { DOWN as NO_PATH, UP as PATH } from '../failover/situation.ts';
import type { FakeWorld } from './fakes.ts';

/** By router; one that is not in it is silent. */
type Answers = Readonly<Record<string, CommandEnd>>;

export const counted = (bgp: BgpCounts): CommandEnd => ({ kind: 'answered', output: JSON.stringify(bgp) });
export const UP = counted(PATH);
export const DOWN = counted(NO_PATH);
export const SILENT: CommandEnd = { kind: 'silent', why: 'no answer within 10 s' };
/** What route-swap is asked while nothing is wrong: could you? */
export const REHEARSE = { action: 'rehearse' };

/** A round of the probe, and what it asked of route-swap, which does nothing. */
export async function probe(world: FakeWorld, answers: Answers, turn = `turn-${world.now}`) {
  const asked: unknown[] = [];
  const tools: ProbePorts = world.tools({
    turn,
    readBgp: readingOf(answers),
    askRouteSwap: (request: ProbeRequest | RehearseRequest) => {
      asked.push(request);
      return Promise.resolve({ ready: world.problems.length === 0, problems: world.problems, rehearsed: 2 });
    },
  });
  const result = await probeSite(tools);
  world.now += 60_000;
  return { asked, result };
}

/** A round of the probe with the real route-swap at the other end. */
export async function probeAndSwap(world: FakeWorld, answers: Answers): Promise<void> {
  const run = `run-${world.now}`;
  const readBgp = readingOf(answers);
  await probeSite(
    world.tools({
      run,
      turn: `turn-${world.now}`,
      readBgp,
      askRouteSwap: (request: ProbeRequest | RehearseRequest): Promise<unknown> =>
        request.action === 'rehearse'
          ? rehearse(world.tools({ run, readBgp }))
          : swapRoutes({ kind: 'probe', id: request.id, rounds: request.rounds }, world.tools({ run, readBgp })),
    }),
  );
  world.now += 60_000;
}

function readingOf(answers: Answers): ProbePorts['readBgp'] {
  return ({ name }) => Promise.resolve(answers[name] ?? SILENT);
}
