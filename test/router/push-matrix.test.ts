/**
 * A push that is stopped at every one of its steps. One law, whatever happens: what the router answers, when it is asked
 * again, when its timer fires and after a reboot, is what its daemons run, what it shows, and what it boots with.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, NEW, OLD, side, sides, untrue } from './cells/one-push.ts';
import { type Delivery, type Mishap, RouterInCells } from './cells/router-in-cells.ts';

type Action = 'apply' | 'confirm' | 'undo';

let router: RouterInCells;
let ends = 0;

beforeAll(async () => {
  router = new RouterInCells();
  await router.install(OLD);
  const begun = await router.facts();
  commands = { apply: command('apply', begun), confirm: command('confirm', begun), undo: command('undo', begun) };
});
afterAll(() => router[Symbol.dispose]());

/** For the boot and the time at which each router here begins. */
let commands: Readonly<Record<Action, ReturnType<typeof command>>>;

const act = (action: Action, at = 0, mishap: Mishap = 'disk full') => router.act(commands[action], at, mishap);

/** What a command finds: apply a router as it was, the others one that has the new configuration unconfirmed. */
async function ready(action: Action, faults = {}): Promise<void> {
  await router.install(OLD);
  if (action !== 'apply') await act('apply');
  await router.faults(faults);
  await router.snapshot('ready');
}

/** Every state that SIGKILL to the whole process group can leave, from one of the steps on. */
async function* killed(action: Action, faults = {}, from = '') {
  await ready(action, faults);
  const { states, names } = await router.record(commands[action]);
  for (const { at, name } of states.filter((state) => state.at > names.indexOf(from))) {
    const restore = async () => {
      await router.restore(String(at));
      await router.faults({});
    };
    await restore();
    yield { at: `${action} killed before step ${at} (${name})`, restore };
  }
}

/** Something gets in its way at a step, and stays until it has answered: each answer with each state that it leaves. */
async function* hindered(action: Action, mishap: Mishap, where: RegExp) {
  await ready(action);
  const { steps, names } = await act(action);
  const seen = new Set<string>();
  for (let step = 1; step <= steps; step += 1) {
    if (!where.test(names[step - 1] ?? '')) continue;
    await router.restore('ready');
    const delivery = await act(action, step, mishap);
    await router.faults({});
    const end = `${JSON.stringify(delivery.answer)} ${await router.state()}`;
    if (seen.has(end)) continue;
    seen.add(end);
    yield { at: `${action}, ${mishap} at step ${step} (${names[step - 1]})`, delivery };
  }
}

/** What is not true of an answer now. */
async function checked({ answer, said }: Delivery): Promise<string[]> {
  if (answer === null) return [`it failed: ${said.slice(-300)}`];
  const wrong = untrue(answer, await router.facts());
  return wrong === undefined ? [] : [wrong];
}

/** What was wrong with the end of each state: many commands leave the same. */
const endsOf = new Map<string, readonly string[]>();

async function settled(): Promise<readonly string[]> {
  const state = await router.state();
  const wrong = endsOf.get(state) ?? (await settles());
  endsOf.set(state, wrong);
  ends += 1;
  return wrong;
}

/** Timers fire until none is left; then the router has one configuration, all of it, says which, and leaves nothing behind. */
async function settles(): Promise<readonly string[]> {
  for (let rounds = 0; rounds < 4 && (await router.facts()).timers.length > 0; rounds += 1) await router.fireTimers();
  const last = await checked(await act('confirm'));
  const facts = await router.facts();
  const { shows, runs, boots } = sides(facts);
  const one = shows !== 'neither' && shows === runs && runs === boots && facts.timers.length === 0;
  const clean = facts.files.every((name) => ['config.boot', 'vyos-failover'].includes(name));
  return [
    ...last,
    ...(one ? [] : [`it ends with ${JSON.stringify({ shows, runs, boots, timers: facts.timers })}`]),
    ...(clean ? [] : [`it leaves ${facts.files.join(', ')}`]),
  ];
}

/** What may follow an interrupted command. */
const FOLLOWS: Readonly<Record<string, (action: Action) => Promise<string[]>>> = {
  'its timer': async () => [],
  'apply once more': async (action) => (action === 'apply' ? checked(await act(action)) : []),
  'an undo': async () => checked(await act('undo')),
  'a confirmation': async () => checked(await act('confirm')),
  'an undo, with no space left in /config': async () => {
    await router.faults({ configFull: true });
    const undone = await act('undo');
    const wrong = await checked(undone);
    await router.faults({});
    return undone.answer?.outcome === 'broken' ? [...wrong, 'it needs room for that'] : wrong;
  },
  'a power cut': async () => {
    await router.powerCut();
    return [];
  },
};

describe.each<Action>(['apply', 'confirm', 'undo'])('%s', (action) => {
  it('interrupted at any step, whatever follows', async () => {
    const wrong: string[] = [];
    for await (const { at, restore } of killed(action)) {
      for (const [what, follows] of Object.entries(FOLLOWS)) {
        await restore();
        for (const each of [...(await follows(action)), ...(await settled())])
          wrong.push(`${at}, then ${what}: ${each}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  // Between these steps it makes no difference when it began.
  it.each<[Mishap, RegExp]>([
    ['disk full', /config|save|lock$/],
    ['locked', /show|session|commit$|lock$/],
    ['locked for ever', /show|session|commit$|lock$/],
  ])('%s from any step on', async (mishap, where) => {
    const wrong: string[] = [];
    for await (const { at, delivery } of hindered(action, mishap, where)) {
      for (const each of [...(await checked(delivery)), ...(await settled())]) wrong.push(`${at}: ${each}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('a commit that fails when daemons have the new configuration', () => {
  it.each([1, 2, 3])('%i times: interrupted at any step, and at any step of the recovery', async (crashes) => {
    const wrong: string[] = [];
    const faults = { crashes, area: ['interfaces', 'tunnel'] };
    for await (const { at } of killed('apply', faults, 'commit done')) {
      for (const each of await settled()) wrong.push(`${at}: ${each}`);
    }
    expect(wrong).toEqual([]);
  });
});

it.each<Action>(['apply', 'undo'])(
  'the commit of an %s that continues after its program was ended is undone',
  async (action) => {
    const wrong: string[] = [];
    for await (const { at } of killed(action, { outlives: 1 })) {
      for (const each of [...(await checked(await act('undo'))), ...(await settled())]) wrong.push(`${at}: ${each}`);
      if (side((await router.facts()).daemons) !== 'old') wrong.push(`${at}: the new one came back`);
    }
    expect(wrong).toEqual([]);
  },
);

it('an answer that was lost is given again, and nothing is done twice', async () => {
  await ready('apply');
  for (const [action, once] of [
    ['apply', 'applied'],
    ['confirm', 'confirmed'],
  ] as const) {
    const first = await act(action);
    expect(first.answer?.outcome).toBe(once);
    const second = await act(action);
    expect(second.names.filter((name) => name.startsWith('commit'))).toEqual([]);
    expect(await checked(second)).toEqual([]);
  }
  expect((await act('apply')).answer).toEqual({ outcome: 'confirmed' });
  expect(NEW.map((words) => words.join(' ')).toSorted()).toEqual((await router.facts()).boots);
});

it('an undo that overtakes its apply wins, and so does a confirmation', async () => {
  for (const first of ['undo', 'confirm'] as const) {
    await ready('apply');
    expect((await act(first)).answer).toEqual({ outcome: 'nothing', ended: 'never' });
    const { answer } = await act('apply');
    expect(answer).toMatchObject({ outcome: 'refused', why: 'ended' });
    expect(sides(await router.facts())).toEqual({ shows: 'old', runs: 'old', boots: 'old' });
  }
});

it('a command from before a reboot is not obeyed', async () => {
  await ready('apply');
  await router.reboot();
  expect((await act('apply')).answer).toMatchObject({ outcome: 'refused', why: 'expired' });
});

it('has checked every outcome: a matrix without steps would pass as well', () => {
  expect(ends).toBeGreaterThan(370);
});
