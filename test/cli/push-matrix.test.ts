import { describe, expect, it } from 'vitest';
import type { Call } from '#cli/environment.ts';
import { answersWith } from '../functions/answers-with.ts';
import { breaches } from './push-law.ts';
import { type Fault, type Kind, type Printed, Trial } from './push-trial.ts';

/**
 * One push of each kind with one fault at each of its calls. By the law of the push: the exit code, the object and its
 * sentences say what every router runs, boots with, and when that changes by itself.
 */

const FAULTS: readonly Fault[] = [
  'answer lost',
  'function died',
  'refused',
  'silent router',
  'Ctrl-C',
  'second person',
];

/** Which call, and whose router; `base` makes the push come to it. */
interface At {
  readonly is: (call: Call) => boolean;
  readonly router: string;
  readonly base?: (trial: Trial) => void;
}

const asked = (call: Call) =>
  call.payload as { readonly action: string; readonly only?: string; readonly router?: string };
const plan = (site: string, router: string): At => ({
  is: (call) => asked(call).action === 'plan' && call.functionName.includes(`-${site}-`),
  router,
});
const step = (action: 'push' | 'held' | 'confirm' | 'undo', router: string, base?: At['base']): At => ({
  is: (call) => asked(call).action === action && (asked(call).only ?? asked(call).router) === router,
  router,
  ...(base && { base }),
});
/** The reading at the end: after `last`. */
const look = (site: string, router: string, last: string): At => {
  let isOver = false;
  return {
    is: (call) => {
      const { action, only, router: ended } = asked(call);
      isOver ||= (action === 'push' || action === 'confirm') && (only ?? ended) === last;
      return isOver && plan(site, router).is(call);
    },
    router,
  };
};

const CALLS: Readonly<Record<Kind, Readonly<Record<string, () => At>>>> = {
  single: {
    plan: () => plan('tokyo', 'tokyo-2'),
    push: () => step('push', 'tokyo-2'),
    undo: () => step('undo', 'tokyo-2', (trial) => trial.at(step('push', 'tokyo-2').is, 'tokyo-2', 'function died')),
    look: () => look('tokyo', 'tokyo-2', 'tokyo-2'),
  },
  pair: {
    plan: () => plan('tokyo', 'tokyo-1'),
    'push 1': () => step('push', 'tokyo-2'),
    'push 2': () => step('push', 'tokyo-1'),
    look: () => look('tokyo', 'tokyo-1', 'tokyo-1'),
  },
  'both ends': {
    plan: () => plan('tokyo', 'tokyo-2'),
    hold: () => step('push', 'virginia-2'),
    'held?': () => step('held', 'virginia-2'),
    'confirm 1': () => step('confirm', 'tokyo-2'),
    'confirm 2': () => step('confirm', 'virginia-2'),
    undo: () =>
      step('undo', 'tokyo-2', (trial) => {
        const failed = answersWith({ outcome: 'undone', says: 'the commit failed' });
        trial.sites.router('virginia-2').answers.apply = [failed];
      }),
    look: () => look('tokyo', 'tokyo-2', 'virginia-2'),
  },
};

/** Exit code, and what the routers have when all timers have fired, in the order of `FAULTS`. Written before it ran. */
const EXPECTED: Readonly<Record<Kind, Readonly<Record<string, readonly string[]>>>> = {
  single: {
    plan: ['1 old', '1 old', '4 old', '4 old', '130 old', '4 other'],
    push: ['0 new', '1 old', '4 old', '1 old', '130 old', '4 other'],
    undo: ['1 old', '1 old', '1 old', '1 old', '130 old', '1 old'],
    look: ['0 new', '0 new', '0 new', '0 new', '0 new', '1 other'],
  },
  pair: {
    plan: ['1 old old', '1 old old', '4 old old', '4 old old', '130 old old', '4 other other'],
    'push 1': ['0 new new', '1 old old', '4 old old', '1 old old', '130 old old', '4 other other'],
    'push 2': ['0 new new', '1 new old', '4 new old', '1 new old', '130 new old', '4 other other'],
    look: ['0 new new', '0 new new', '0 new new', '0 new new', '0 new new', '1 other other'],
  },
  'both ends': {
    plan: ['1 old old', '1 old old', '4 old old', '4 old old', '130 old old', '1 other old'],
    hold: ['1 old old', '1 old old', '1 old old', '1 old old', '130 old old', '1 old other'],
    'held?': ['0 new new', '0 new new', '1 old old', '1 old old', '130 old old', '0 new new'],
    'confirm 1': ['0 new new', '0 new new', '1 old old', '1 old old', '0 new new', '0 new new'],
    'confirm 2': ['0 new new', '0 new new', '1 new old', '1 new old', '0 new new', '0 new new'],
    undo: ['1 old old', '1 old old', '1 old old', '1 old old', '130 old old', '1 old old'],
    look: ['0 new new', '0 new new', '0 new new', '0 new new', '0 new new', '1 other new'],
  },
};

const cells = Object.entries(CALLS).flatMap(([kind, calls]) =>
  Object.entries(calls).flatMap(([call, at]) =>
    FAULTS.map((fault, index) => {
      const expected = EXPECTED[kind as Kind][call]?.[index];
      return { kind: kind as Kind, call, fault, at, expected };
    }),
  ),
);

describe('a push with one fault', () => {
  it('has a cell for every call and fault', () => expect(cells).toHaveLength(90));

  it.each(cells)('$kind, $call: $fault → $expected', async ({ kind, fault, at, expected }) => {
    const trial = new Trial(kind);
    const { is, router, base } = at();
    base?.(trial);
    trial.at(is, router, fault);
    const { exitCode, stdout } = await trial.run();
    const atEnd = trial.have();
    trial.waitForTimers();
    const later = trial.have();
    expect([exitCode, ...[...later.values()].map(({ runs }) => runs)].join(' ')).toBe(expected);
    const printed = JSON.parse(stdout) as Printed;
    const tunnel = kind === 'both ends' ? 'tokyo-2--virginia-2' : undefined;
    expect(breaches(exitCode, printed, { atEnd, later }, tunnel)).toEqual([]);
    // Exit code 0: the routers have the pushed configuration.
    const second = await trial.second();
    expect(second?.exitCode === 0 && [...later.values()].every(({ runs }) => runs !== 'other')).toBe(false);
  });
});
