/** A router that runs what it should and boots with something else: a push saves it, and says so where that did not work. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import { answersWith } from './answers-with.ts';
import { SILENT } from './fake-routers.ts';
import { FILE, PushedPair } from './pushed-pair.ts';

const SOMETHING_ELSE = ["set system host-name 'somebody'"];
let pair: PushedPair;
let running: string;

beforeEach(() => {
  pair = new PushedPair();
  pair.standby.booting = SOMETHING_ELSE;
  running = asText(pair.standby.running);
});

const asText = (lines: readonly string[]) => lines.toSorted().join('\n').replaceAll("'", '');
const push = () => pair.push({ topology: FILE });

it('is confirmed without a change, by the next push', async () => {
  expect(await push()).toMatchObject({
    outcome: 'pushed',
    router: 'tokyo-2',
    remaining: [],
    routers: [
      { name: 'tokyo-2', runs: 'new', boots: 'new' },
      { name: 'tokyo-1', runs: 'new', boots: 'new' },
    ],
  });
  expect([asText(pair.standby.running), asText(pair.standby.booting)]).toEqual([running, running]);
  expect([pair.standby.acts, pair.active.acts]).toEqual([['apply', 'confirm'], []]);
  expect(pair.pushes.last).toMatchObject({ done: ['tokyo-2'], finished: true });
  expect(await push()).toMatchObject({ outcome: 'unchanged' });
});

it('comes in its turn: the router without the traffic first, and each once', async () => {
  pair.active.booting = SOMETHING_ELSE;
  expect(await push()).toMatchObject({ router: 'tokyo-2', remaining: ['tokyo-1'] });
  expect(await push()).toMatchObject({ router: 'tokyo-1', remaining: [] });
});

it('is refused while a push would be', async () => {
  pair.active.ebgp = () => [0, 1];
  expect((await pair.plan(FILE)).refusal).toMatchObject({ reason: 'peer-unfit' });
  expect(await push()).toMatchObject({ outcome: 'refused', remaining: ['tokyo-2'] });
  expect(pair.standby.acts).toEqual([]);
});

describe('that cannot be saved runs the new configuration, and is not reported to boot with it', () => {
  it.each<[string, 'apply' | 'confirm', (CommandEnd | 'lost')[], string]>([
    ['its disk is full', 'confirm', [answersWith({ outcome: 'undone', says: 'No space left on device' })], 'undone'],
    [
      'it refuses',
      'apply',
      [answersWith({ outcome: 'refused', why: 'booting', says: 'VyOS has not booted' })],
      'refused',
    ],
    ['it does not answer', 'confirm', [SILENT, SILENT], 'unknown'],
  ])('%s', async (_, action, answers, outcome) => {
    pair.standby.answers[action] = answers;
    const result = await push();
    expect([result.outcome, result.routers[0]]).toMatchObject([outcome, { runs: 'new', boots: 'unknown' }]);
    pair.standby.fireTimer();
    expect([asText(pair.standby.running), pair.standby.booting]).toEqual([running, SOMETHING_ELSE]);
  });
});

it('cannot be read is not called one that boots with something else', async () => {
  const plain = pair.tools();
  const unread: Parameters<typeof pair.push>[1] = {
    showConfig: async (router) => {
      const end = await plain.showConfig(router);
      if (end.kind !== 'answered') return end;
      return answersWith({ ...(JSON.parse(end.output) as object), boots: null });
    },
  };
  const result = await pair.push({ topology: FILE }, unread);
  expect(result).toMatchObject({
    outcome: 'unchanged',
    routers: [{ says: 'what it boots with could not be read' }, {}],
  });
  expect(pair.standby.acts).toEqual([]);
});
