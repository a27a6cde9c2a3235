import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { faultSchema } from '#emulator/faults.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `1.5s`, `2m`, `1h` as ms. */
const duration = z
  .string()
  .regex(/^\d+(\.\d+)?[smh]$/)
  .transform((text) => Number.parseFloat(text) * (UNITS[text.at(-1) ?? ''] ?? 0));

const router = z.string();

/** What happens at a moment: exactly one of these. */
const acts = {
  /** health-probe's minute. */
  probe: z.literal(true),
  /**
   * A router reports its peer. `madeAgo`: its evidence is that old when it arrives. `noticed`: it noticed the failure so long
   * before that (default: just then). A report with the id of an earlier one is a retry: its failure was noticed when the
   * first one said, and the peer was asked again and was silent. `lost`: it never arrives. `signedBy: replaced`: the instance
   * that was the reporter before the last launch signs it.
   */
  report: z.strictObject({
    id: z.string().optional(),
    by: router,
    about: router,
    detector: z.enum(['serf', 'bfd', 'vrrp']).default('serf'),
    event: z.enum(['member-failed', 'member-leave', 'peer-failed', 'peer-left']).default('member-failed'),
    madeAgo: duration.prefault('0s'),
    noticed: duration.prefault('0s'),
    lost: z.boolean().default(false),
    signedBy: z.literal('replaced').optional(),
  }),
  heartbeat: z.strictObject({ by: router, every: duration }),
  /** To the router's EC2 instance. `hang`: the guest dies and EC2 goes on to say `running`. */
  stop: router,
  start: router,
  terminate: router,
  /** Of a created router whose interface is free: another instance is launched on it. */
  launch: router,
  hang: router,
  /** EC2's status check of it fails, and the alarm on it says so. */
  impair: router,
  /** BGP by router (`test/world/report-event.ts`). */
  bgp: z.record(router, z.enum(['up', 'down', 'dead', 'detour', 'empty', 'unreadable', 'unread'])),
  /** Whether what a router sends arrives: reports, heartbeats, and its contact of every two minutes. */
  api: z.record(router, z.enum(['reachable', 'unreachable'])),
  /** Somebody switches the source/dest check of a router's interface. */
  sourceDestCheck: z.record(router, z.enum(['on', 'off'])),
  ssmAgent: z.record(router, z.enum(['alive', 'dead'])),
  /** Calls to AWS go wrong from now on, as the emulator injects it. */
  fault: faultSchema,
  /** All injected faults end. */
  noFaults: z.literal(true),
  /** Somebody invokes route-swap: an operator, or a program of ours. */
  ask: z.looseObject({ action: z.string(), by: z.string().optional() }),
  /** Somebody changes a route by hand. `none`: deletes it. */
  route: z.strictObject({ table: z.string(), destination: z.string(), to: z.string() }),
  /** The next invocation of a function dies at the first call whose name contains this. */
  crash: z.union([z.strictObject({ before: z.string() }), z.strictObject({ after: z.string() })]),
  /** New code for the functions. */
  deploy: z.literal(true),
};

const one = z
  .strictObject(Object.fromEntries(Object.entries(acts).map(([name, type]) => [name, type.optional()])) as Optional)
  .refine((act) => Object.values(act).filter((value) => value !== undefined).length === 1, 'exactly one act');

type Optional = { [Name in keyof typeof acts]: z.ZodOptional<(typeof acts)[Name]> };

export type Act = z.infer<typeof one>;

const moment = z
  .looseObject({ at: duration, times: z.int().positive().default(1), every: duration.prefault('60s') })
  .transform(({ at, times, every, ...rest }, context) => {
    const { together, ...single } = rest;
    const parsed = z.array(one).safeParse(together ?? [single]);
    if (!parsed.success) context.addIssue({ code: 'custom', message: z.prettifyError(parsed.error), input: rest });
    return Array.from({ length: times }, (_, index) => ({ at: at + index * every, acts: parsed.data ?? [] }));
  });

const scenarioSchema = z.strictObject({
  /** What this shows, for whoever reads the folder. */
  why: z.string(),
  /** Where it runs: the real stories in one process, or the synthesized stack with its bundles in the emulator. */
  world: z.enum(['in-process', 'emulator']),
  policy: z
    .strictObject({
      prefer: z.enum(['availability', 'safety']).optional(),
      mode: z.enum(['automatic', 'observe', 'off']).optional(),
      maxSwapsPerHour: z.int().optional(),
    })
    .default({}),
  /** Whether the two routers can hand each other packets for a third place. */
  pairForwards: z.boolean().default(true),
  /** The routers are created ones: the functions know their interfaces, and no instances. */
  created: z.boolean().default(false),
  /** What the topology says of the standby's interface, where that is wrong. */
  wrongEni: z.string().optional(),
  timeline: z.array(moment).transform((moments) => moments.flat().toSorted((a, b) => a.at - b.at)),
});

const expectedSchema = z.strictObject({
  /** What every trigger led to: when, who, outcome and reason. */
  story: z.array(z.string()),
  /** Who holds the routes in the end; `split`, or `nobody`. */
  owner: z.string(),
  /** Events, in order. */
  announced: z.array(z.string()),
  /** ReplaceRoute calls that changed a route. */
  moved: z.int(),
  /** Parts of what people read: each in the sentence of some event, answer or log line. */
  says: z.array(z.string()).default([]),
  /** The last value of a metric. */
  metrics: z.record(z.string(), z.number()).default({}),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type Expected = z.infer<typeof expectedSchema>;

/**
 * The scenarios of one world. Each folder's name is a sentence about what happens.
 *
 * @throws Error naming the file and what is wrong in it
 */
export function scenariosIn(
  world: Scenario['world'],
): { readonly name: string; readonly scenario: Scenario; readonly expected: Expected }[] {
  return readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      name,
      scenario: read(name, 'scenario.yaml', scenarioSchema),
      expected: read(name, 'expected.yaml', expectedSchema),
    }))
    .filter(({ scenario }) => scenario.world === world);
}

/**
 * What a scenario must lead to: `expected.yaml`. With `UPDATE_SCENARIOS=1 npx vitest run test/scenarios` the file is rewritten
 * with the outcome first, to be read before it is committed. Sentences that no longer appear are kept, so that the scenario
 * still fails.
 */
export function expectationOf(name: string, expected: Expected, outcome: Expected): Expected {
  if (process.env['UPDATE_SCENARIOS'] !== '1') return expected;
  const rewritten = { ...outcome, says: expected.says };
  const path = join(import.meta.dirname, name, 'expected.yaml');
  writeFileSync(path, stringify(rewritten, { lineWidth: 0, defaultStringType: 'PLAIN' }));
  return rewritten;
}

function read<T>(name: string, file: string, schema: z.ZodType<T>): T {
  const path = join(import.meta.dirname, name, file);
  if (!existsSync(path)) throw new Error(`${path} is missing: every scenario has what happens and what is expected.`);
  const parsed = schema.safeParse(parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
