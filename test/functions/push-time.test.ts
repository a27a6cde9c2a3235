import { beforeEach, describe, expect, it } from 'vitest';
import { COMMAND_OVERHEAD_MS } from '#aws/bounds.ts';
import { answerOfPlan } from '#functions/config-push/plan-answer.ts';
import { sizeProblem, timeProblem } from '#functions/config-push/plan-problems.ts';
import { planSite } from '#functions/config-push/plan-site.ts';
import { FUNCTION_TIMEOUT_MS, planMs, stepMs, undoAfterS } from '#functions/config-push/time-budget.ts';
import type { PushTools } from '#functions/config-push/tools.ts';
import { DEADLINES as DEPLOYED_DEADLINES, VERIFY as DEPLOYED_VERIFY } from '#infra/config-push.ts';
import { DEADLINES, SILENT, VERIFY } from './fake-routers.ts';
import { isNew, PushedPair, WIDER } from './pushed-pair.ts';

/** All of a router with 99 tunnels. */
const MOST_COMMANDS = 3_427;
const limits = { deadlines: DEPLOYED_DEADLINES, verify: DEPLOYED_VERIFY };
/** Our own timers: keepalive 4 s, hold time 12 s. */
const own = DEPLOYED_VERIFY.steadyMs;

let pair: PushedPair;
beforeEach(() => {
  pair = new PushedPair();
});

it('the fake routers wait as the deployed function does', () => {
  expect([DEADLINES, VERIFY]).toEqual([DEPLOYED_DEADLINES, DEPLOYED_VERIFY]);
});

describe('the time of a step', () => {
  it.each([
    ['99 tunnels at once', { commands: MOST_COMMANDS, hold: false, proofMs: own }],
    ['99 tunnels at once, with their far ends', { commands: MOST_COMMANDS, hold: true, proofMs: own }],
    ['a change over sessions of 180 s, with far ends', { commands: 300, hold: true, proofMs: DEPLOYED_VERIFY.holdMs }],
  ])('fits into the function’s: %s', (_, size) => {
    expect(planMs(limits) + stepMs(size, limits)).toBeLessThanOrEqual(FUNCTION_TIMEOUT_MS);
  });

  it('is over before the router’s own timer acts, which has four digits for its seconds', () => {
    const size = { commands: MOST_COMMANDS, hold: true, proofMs: DEPLOYED_VERIFY.holdMs };
    expect(undoAfterS(size, limits)).toBeLessThan(10_000);
    for (const hold of [false, true]) {
      const each = { ...size, hold };
      const confirming = 2 * (DEPLOYED_DEADLINES.confirm + COMMAND_OVERHEAD_MS);
      const changing = stepMs(each, limits) - stepMs({ ...each, commands: 0 }, limits) + confirming;
      expect(undoAfterS(each, limits) * 1000).toBeGreaterThan(changing);
    }
  });

  it('is never longer than the function’s, however late all answers come: with an interrupted push before it', async () => {
    const agreed = await pair.plan();
    await expect(pair.push({}, pair.dies, agreed)).rejects.toThrow('ended');
    const began = pair.world.now;
    const result = await pair.push({ hold: true, only: 'tokyo-2' }, slow(pair), agreed);
    expect(result.outcome).toBe('undone');
    expect(pair.world.now - began).toBeLessThan(FUNCTION_TIMEOUT_MS);
  });

  it('that is not left any more is not begun', async () => {
    const agreed = await pair.plan();
    const result = await pair.push({}, { endsAt: pair.world.now + 200_000 }, agreed);
    expect([result.outcome, result.reason]).toEqual(['refused', 'too-long']);
    expect([pair.standby.acts, isNew(pair.standby)]).toEqual([[], false]);
  });

  /** Every command takes until its deadline and whatever SSM may add, and the neighbors are told at the last moment. */
  function slow({ world, standby }: PushedPair): Partial<PushTools> {
    const quick = pair.tools();
    const pass = (ms: number) => void (world.now += ms + COMMAND_OVERHEAD_MS);
    return {
      showConfig: (router) => {
        if (router.name === 'tokyo-2') pass(DEADLINES.show);
        return quick.showConfig(router);
      },
      readNeighbors: (router) => {
        pass(DEADLINES.neighbors);
        return isNew(standby) ? Promise.resolve(SILENT) : quick.readNeighbors(router);
      },
      applyConfig: (router, parameters, deadlineMs) => {
        const end = quick.applyConfig(router, parameters, deadlineMs);
        pass(deadlineMs);
        return end;
      },
    };
  }
});

describe('what does not fit is said before it is tried', () => {
  const found = { base: '', boot: { id: '', uptime: 0 }, at: 0, ours: [], renamed: new Map<string, string>() };
  const unlike = (count: number) =>
    Array.from({ length: count }, () => `set policy prefix-list ${crypto.randomUUID()} rule 1`);

  it('too many commands for one SSM command', () => {
    expect(sizeProblem({ name: 'tokyo-2', commands: unlike(3_000), wanted: [], found })).toMatchObject({
      reason: 'too-large',
      says: expect.stringContaining('3000 commands, which do not fit into one SSM command') as unknown,
    });
  });

  it('a configuration that the table does not take', () => {
    const wanted = unlike(12_000);
    expect(sizeProblem({ name: 'tokyo-2', commands: unlike(1), wanted, found })).toMatchObject({
      reason: 'too-large',
      says: expect.stringContaining('DynamoDB') as unknown,
    });
  });

  it('more commands than the function has time for', () => {
    const problem = (commands: number, leftMs?: number) => {
      const router = { name: 'tokyo-2', commands: unlike(commands) };
      return timeProblem(router, { commands, hold: true, proofMs: own }, pair.tools(), leftMs);
    };
    expect(problem(6_000)).toMatchObject({
      reason: 'too-long',
      says: expect.stringMatching(
        /6000 commands and may need 1\d\d\d s, and config-push has 841 s; push a topology with/,
      ) as unknown,
    });
    expect(problem(MOST_COMMANDS)).toBeUndefined();
    expect(problem(100, 100_000)?.says).toMatch(/config-push has 100 s; push again$/);
  });

  it('by the plan, with the words of the push', async () => {
    const { verify } = pair.tools();
    const impatient = { verify: { ...verify, withinMs: FUNCTION_TIMEOUT_MS } };
    const found = await planSite(WIDER, [], pair.tools(impatient));
    const { refusal } = 'outcome' in found ? { refusal: undefined } : answerOfPlan(found);
    expect(refusal).toMatchObject({ reason: 'too-long', router: 'tokyo-2' });
    const result = await pair.push({}, impatient);
    expect([result.outcome, result.says]).toEqual(['refused', expect.stringContaining(refusal?.says ?? 'nothing')]);
  });
});
