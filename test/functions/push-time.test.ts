import { beforeEach, describe, expect, it } from 'vitest';
import { COMMAND_OVERHEAD_MS } from '#aws/bounds.ts';
import { DEADLINES, VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import { applyTakesS, undoOfFailedTakesS, undoTakesS } from '#functions/config-push/limits/router-times.ts';
import {
  anyRevertsWithinMs,
  applyWithinMs,
  FUNCTION_TIMEOUT_MS,
  planMs,
  revertsWithinMs,
  stepMs,
  undoAfterS,
  undoWithinMs,
} from '#functions/config-push/limits/time-budget.ts';
import { toPushPlan } from '#functions/config-push/plan/plan-answer.ts';
import { sizeProblem, timeProblem } from '#functions/config-push/plan/problems.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { planFile, SILENT } from './fake-routers.ts';
import { isNew, PushedPair, WIDER } from './pushed-pair.ts';

/** All of a router with 99 tunnels. */
const MOST_COMMANDS = 3_427;
const limits = { deadlines: DEADLINES, verify: VERIFY };
/** A push that fits into a step, whatever its size and kind. */
const fitting = [1, 300, 1_000, 2_000, MOST_COMMANDS, 4_500, 6_000].flatMap((commands) =>
  [false, true].flatMap((awaitsFarEnds) =>
    [VERIFY.steadyMs, VERIFY.holdMs].flatMap((proofMs) => {
      const size = { commands, awaitsFarEnds, proofMs };
      return planMs(limits) + stepMs(size, limits) <= FUNCTION_TIMEOUT_MS ? [size] : [];
    }),
  ),
);
/** Our own timers: keepalive 4 s, hold time 12 s. */
const own = VERIFY.steadyMs;

let pair: PushedPair;
beforeEach(() => {
  pair = new PushedPair();
});

describe('the time of a step', () => {
  it.each([
    ['99 tunnels at once', { commands: MOST_COMMANDS, awaitsFarEnds: false, proofMs: own }],
    ['99 tunnels at once, with their far ends', { commands: MOST_COMMANDS, awaitsFarEnds: true, proofMs: own }],
    ['a change over sessions of 180 s, with far ends', { commands: 300, awaitsFarEnds: true, proofMs: VERIFY.holdMs }],
  ])('fits into the function’s: %s', (_, size) => {
    expect(planMs(limits) + stepMs(size, limits)).toBeLessThanOrEqual(FUNCTION_TIMEOUT_MS);
  });

  it('leaves the router as long as was measured, for each of its ways', () => {
    for (const { commands } of fitting) {
      expect(applyWithinMs(commands, limits)).toBeGreaterThan(applyTakesS(commands) * 1000);
      expect(undoWithinMs(commands, limits)).toBeGreaterThan(undoTakesS(commands) * 1000);
    }
  });

  it('keeps the stated end correct, also if an interrupted commit must be undone', () => {
    for (const size of fitting) {
      const undoing = revertsWithinMs(size, limits) - undoAfterS(size, limits) * 1000;
      expect(undoing).toBeGreaterThanOrEqual(undoOfFailedTakesS(size.commands) * 1000);
    }
  });

  it('is what the command line says of a lost answer, however late the function begins it', () => {
    expect(fitting.length).toBeGreaterThan(10);
    for (const size of fitting) {
      const latestBegin = FUNCTION_TIMEOUT_MS - stepMs(size, limits);
      expect(anyRevertsWithinMs(limits)).toBeGreaterThan(latestBegin + revertsWithinMs(size, limits));
    }
  });

  it('is over before the router’s own timer acts, which has four digits for its seconds', () => {
    const size = { commands: MOST_COMMANDS, awaitsFarEnds: true, proofMs: VERIFY.holdMs };
    expect(undoAfterS(size, limits)).toBeLessThan(10_000);
    for (const awaitsFarEnds of [false, true]) {
      const each = { ...size, awaitsFarEnds };
      const confirming = 2 * (DEADLINES.confirm + COMMAND_OVERHEAD_MS);
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

  /** Every command takes until its deadline and SSM's overhead, and the neighbors are read at the last moment. */
  function slow({ world, standby }: PushedPair): Partial<PushPorts> {
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
  const found = {
    base: '',
    boot: { id: '', uptime: 0 },
    at: 0,
    ours: [],
    running: [],
    same: undefined,
    renamed: new Map<string, string>(),
  };
  const unlike = (count: number) =>
    Array.from({ length: count }, () => `set policy prefix-list ${crypto.randomUUID()} rule 1`);

  it('too many commands for one SSM command', () => {
    expect(sizeProblem({ name: 'tokyo-2', commands: unlike(3_000), desired: [], reading: found })).toMatchObject({
      reason: 'too-large',
      says: expect.stringContaining('3000 commands, which do not fit into one SSM command') as unknown,
    });
  });

  it('a configuration that the table does not take', () => {
    const wanted = unlike(12_000);
    expect(sizeProblem({ name: 'tokyo-2', commands: unlike(1), desired: wanted, reading: found })).toMatchObject({
      reason: 'too-large',
      says: expect.stringContaining('DynamoDB') as unknown,
    });
  });

  it('more commands than the function has time for', () => {
    const problem = (commands: number, leftMs?: number, proofMs = own) => {
      const router = { name: 'tokyo-2', commands: unlike(commands) };
      return timeProblem(router, { commands, awaitsFarEnds: true, proofMs }, pair.tools(), leftMs);
    };
    expect(problem(6_000)).toMatchObject({
      reason: 'too-long',
      says: expect.stringMatching(
        /6000 commands and may need 1\d\d\d s, and config-push has 841 s; push a topology with/,
      ) as unknown,
    });
    expect(problem(MOST_COMMANDS)).toBeUndefined();
    // Before our first push its sessions have FRR's hold time.
    expect(problem(MOST_COMMANDS, undefined, VERIFY.holdMs)?.says).toContain(
      'push a topology with some of the tunnels',
    );
    expect(problem(100, 100_000)?.says).toMatch(/config-push has 100 s; push again$/);
  });

  it('by the plan, with the words of the push', async () => {
    const { verify } = pair.tools();
    const impatient = { verify: { ...verify, withinMs: FUNCTION_TIMEOUT_MS } };
    const found = await planFile(WIDER, [], pair.tools(impatient));
    const { refusal } = 'outcome' in found ? { refusal: undefined } : toPushPlan(found);
    expect(refusal).toMatchObject({ reason: 'too-long', router: 'tokyo-2' });
    const result = await pair.push({}, impatient);
    expect([result.outcome, result.says]).toEqual(['refused', expect.stringContaining(refusal?.says ?? 'nothing')]);
  });
});
