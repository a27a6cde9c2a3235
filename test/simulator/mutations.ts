import type { ReplaceOutcome } from '#aws/route-tables.ts';
import { LEASE_MS } from '#failover/limits.ts';
import type { RouteFact } from '#failover/observation.ts';
import type { OperatorOrders, StoredSite } from '#failover/stored-site.ts';
import type { StoredState } from '#failover/stored-state.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { ec2OverNetwork } from '#simulator/ec2-client.ts';
import { arnOf, type HttpEvent } from '#simulator/http-event.ts';
import type { Phase } from '#simulator/phase-faults.ts';
import type { Schedule, SimEvent } from '#simulator/schedule.ts';
import { ROUTER_KEYS, ROUTERS } from '#simulator/sites.ts';
import type { Options } from '#simulator/world.ts';
import { MANY_ROUTES, PLAIN, SLOW, UNDONE_SWITCHOVER, UNSTORED_HEARTBEATS } from './schedules.ts';

type Mutation = NonNullable<Options['mutation']>;
type Bent = NonNullable<Mutation['tools']>;

/** A plausible bug, and the invariants that may find it. */
export interface Bug {
  readonly breaks: readonly string[];
  /** Changes what a run observes or does: the bug is here, not in the product. */
  readonly mutation?: Mutation;
  /** Alternatively, replaces text in a copy of one of the product's files. */
  readonly source?: { readonly file: string; readonly find: string; readonly put: string };
  /** The first seed that is tried; measured. Not given: 0. */
  readonly from?: number;
  /** Number of seeds within which it is found. Not given: 100. */
  readonly within?: number;
  /** A schedule that seeds draw too rarely; it runs with each seed. */
  readonly schedule?: Schedule;
}

/** Changes the stored state that a run reads. */
function forgetting(change: (stored: StoredState) => Partial<StoredState>): Mutation {
  return recalling((found) => ({ ...found, stored: { ...found.stored, ...change(found.stored) } }));
}

function recalling(
  change: (found: StoredSite, tools: SwapPorts) => StoredSite,
  orders: (found: OperatorOrders) => OperatorOrders = (found) => found,
): Mutation {
  return bending((tools) => ({
    store: {
      ...tools.store,
      read: async (id) => change(await tools.store.read(id), tools),
      operatorOrders: async (eni) => orders(await tools.store.operatorOrders(eni)),
    },
  }));
}

function bending(change: (...args: Parameters<Bent>) => Partial<SwapPorts>): Mutation {
  return { tools: (tools, run, site) => ({ ...tools, ...change(tools, run, site) }) };
}

function policy(change: Partial<SwapPorts['site']['policy']>): Mutation {
  return bending(({ site }) => ({ site: { ...site, policy: { ...site.policy, ...change } } }));
}

/** A message, changed before the function reads it. */
function saying(change: (body: Body, event: HttpEvent) => Body): Mutation {
  return {
    event: (event) => ({ ...event, body: JSON.stringify(change(JSON.parse(event.body ?? '{}') as Body, event)) }),
  };
}
interface Body {
  readonly at: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

const inDecision = (find: string, put: string) => ({ file: 'failover/decision.ts', find, put });
const inRules = (find: string, put: string) => ({ file: 'failover/rules.ts', find, put });

const inPrepare = (find: string, put: string) => ({ file: 'functions/route-swap/prepare.ts', find, put });
const inConfirmed = (find: string, put: string) => ({ file: 'functions/route-swap/observe-confirmed.ts', find, put });
const inTentative = (find: string, put: string) => ({ file: 'failover/tentative-swap.ts', find, put });

const TWO_PHASE: Schedule = { ...PLAIN, twoPhase: true };

/** The standby sends these phases of a report, the first of them 20 s after the start. */
function phases(of: readonly Phase[], gapMs: number, ...others: readonly SimEvent[]): Schedule {
  const report: SimEvent = { at: 20_000, kind: 'stray-phases', router: 'b', phases: of, gapMs };
  return { ...TWO_PHASE, events: [report, ...others] };
}

export const BUGS: Readonly<Record<string, Bug>> = {
  'a claim of the owner is no veto': {
    mutation: recalling((found) => ({ ...found, evidence: {}, heartbeats: {} })),
    from: 35,
    breaks: ['veto', 'pair-partition'],
  },
  'a claim of the owner is a veto for ten seconds only': {
    mutation: recalling((found, { now }) => ({
      ...found,
      evidence: Object.fromEntries(
        Object.entries(found.evidence).filter(([, { content: word }]) => now() - word.at < 10_000),
      ),
    })),
    from: 162,
    breaks: ['veto', 'pair-partition'],
  },
  'fitness is not checked': { mutation: bending(fitWhateverTheyAre), from: 22, breaks: ['target-fit'] },
  'what was read of a router before the routes left it proves it fit': {
    source: {
      file: 'failover/fitness.ts',
      find: 'return automatic < lastBeganAt ? undefined : automatic;',
      put: 'return undefined;',
    },
    from: 409,
    breaks: ['target-fit'],
  },
  'a router is not read again although no stored swap moved the routes away from it': {
    source: {
      file: 'failover/fitness.ts',
      find: 'return !hasJustSaid && mayHaveLostRoutes(observation, router);',
      put: 'return false;',
    },
    from: 5401,
    breaks: ['target-fit'],
  },
  'a swap begins without asking for the epoch': {
    mutation: bending(beginAnyway),
    from: 136,
    breaks: ['one-run-per-epoch'],
  },
  'the lease is not checked': { mutation: bending(overTheLease), from: 169, breaks: ['lease'] },
  'a swap continues until its lease ends': {
    source: {
      file: 'functions/route-swap/lease.ts',
      find: 'STOP_BEFORE_END_MS = 3_000',
      put: 'STOP_BEFORE_END_MS = 0',
    },
    breaks: ['lease-time-left'],
    schedule: MANY_ROUTES,
  },
  'routes are deleted and created again': { mutation: bending(deleteThenCreate), breaks: ['no-route-lost'] },
  'hold-down is ignored': {
    mutation: forgetting(() => ({ automaticSwaps: [] })),
    from: 88,
    breaks: ['hold-down', 'swap-rate'],
  },
  'the hourly limit is ignored': { mutation: policy({ maxSwapsPerHour: 99 }), from: 88, breaks: ['swap-rate'] },
  'a pause is ignored': {
    mutation: recalling(
      (found) => ({ ...found, stored: { ...found.stored, pause: undefined } }),
      () => ({ pause: undefined, maintenance: undefined }),
    ),
    from: 35,
    breaks: ['pause', 'pause-stops-runs'],
  },
  'the mode is ignored': { mutation: policy({ mode: 'automatic' }), from: 13, breaks: ['mode'] },
  '`prefer: safety` is ignored': { mutation: policy({ prefer: 'availability' }), from: 12, breaks: ['safety'] },
  'routes are not read back': { mutation: bending(believing), from: 30, breaks: ['swapped-is-correct', 'converges'] },
  'the journal is not kept': {
    mutation: bending(closedAtOnce),
    from: 117,
    breaks: ['converges', 'resume', 'hold-down'],
  },
  'the journal’s target is the wrong router': {
    mutation: forgetting(({ unfinished }) => {
      const peer = ROUTER_KEYS.map((key) => ROUTERS[key]).find(({ eni }) => eni === unfinished?.to)?.peer;
      return unfinished === undefined || peer === undefined
        ? {}
        : { unfinished: { ...unfinished, to: ROUTERS[peer].eni } };
    }),
    from: 23,
    breaks: ['resume', 'hold-down'],
  },
  'foreign routes are treated as routes of the pair': {
    mutation: bending(greedy),
    from: 32,
    breaks: ['foreign-routes-untouched'],
  },
  'a request id is acted on again': {
    mutation: forgetting(() => ({ answered: undefined })),
    from: 642,
    breaks: ['replay'],
  },
  'nothing is written into the history': {
    mutation: bending(({ store }) => ({ store: { ...store, recordHistory: () => Promise.resolve() } })),
    breaks: ['history'],
  },

  /* Defects that earlier versions of the product had. */
  'an old leave event counts as a new one': {
    mutation: saying((body) => ({ ...body, evidence: { ...body.evidence, detectedAt: body.at } })),
    breaks: ['stale-report', 'needless-swap'],
  },
  'a report is sent again without probing the peer': {
    mutation: { habits: { retriesUnasked: true } },
    from: 26,
    breaks: ['needless-swap'],
  },
  'a peer that refuses one connection is treated as healthy and not probed again': {
    mutation: { habits: { asksOnce: true } },
    breaks: ['recovery-deadline'],
    schedule: { ...PLAIN, events: [{ at: 20_000, kind: 'dies-slowly', router: 'a', kernelMs: 3_000, how: 'hang' }] },
  },
  'a detour counts as a failure': {
    mutation: bending(({ site }) => ({ site: { ...site, pairForwards: false } })),
    breaks: ['far-failure', 'needless-swap'],
  },
  'the state of interfaces is ignored': {
    mutation: bending((tools) => ({
      describeRouters: async (routers) =>
        Object.fromEntries(
          Object.entries(await tools.describeRouters(routers)).map(([name, facts]) => [
            name,
            { ...facts, interface: 'attached', sourceDestCheck: false },
          ]),
        ),
    })),
    from: 47,
    breaks: ['unfit-owner', 'recovery-deadline', 'target-fit'],
  },
  'hold-down delays certain failures': {
    source: inDecision(
      'rules: [notReplayed, fitOnly, storeReachable, modeAndPause, leaseFree]',
      'rules: [notReplayed, fitOnly, storeReachable, modeAndPause, notHeldDown, leaseFree]',
    ),
    from: 8,
    breaks: ['certain-failure-not-held'],
  },
  'the repair of a swap counts as another swap': {
    source: inRules(
      'if (stored.lastTarget !== target.eni) return false;',
      'if (stored.lastTarget !== "") return false;',
    ),
    breaks: ['hold-down', 'recovery-deadline'],
    schedule: {
      ...PLAIN,
      routes: ['a', 'a'],
      events: [
        { at: 20_000, kind: 'false-alarm', router: 'b' },
        { at: 42_000, kind: 'route-by-hand', to: 'a' },
        { at: 45_000, kind: 'stop', router: 'a' },
      ],
    },
  },
  'a swap back counts as a repair for as long as hold-down lasts': {
    source: inRules('at - last <= LEASE_SETTLED_MS', 'at - last < observation.site.policy.holdDownMs'),
    breaks: ['resume', 'hold-down'],
    from: 3,
    within: 1,
    schedule: {
      ...PLAIN,
      created: true,
      probeAt: 44_748,
      events: [
        { at: 58_405, kind: 'pair-partitioned', site: 'tokyo', forMs: 175_000 },
        { at: 113_257, kind: 'store-down', forMs: 8_000 },
        { at: 115_354, kind: 'replace', router: 'b', afterMs: 0 },
      ],
    },
  },
  'unreadable sessions count as zero': {
    mutation: {
      ...saying((body) => ({ ...body, evidence: { ...body.evidence, bgp: body.evidence['bgp'] ?? {} } })),
      tools: (tools) => ({ ...tools, readBgp: async (router) => zeroed(await tools.readBgp(router)) }),
    },
    breaks: ['needless-swap', 'far-failure'],
    schedule: {
      ...PLAIN,
      countsOnRouter: false,
      events: [{ at: 5_000, kind: 'bgp-unreadable', router: 'a', as: 'empty-list', forMs: 170_000 }],
    },
  },
  'any session with an instance’s name may report for it': {
    mutation: { event: namedAfter },
    breaks: ['authorized-callers'],
  },
  'a store that takes no writes ends every swap': {
    source: {
      file: 'functions/route-swap/swap-routes.ts',
      find: 'return swapUnwritten(observation, journal, planSwap(observation, decision.target), ports);',
      put: 'return { result: lostRace(observation) };',
    },
    breaks: ['recovery-deadline', 'unfit-owner'],
    schedule: {
      ...PLAIN,
      events: [
        { at: 20_000, kind: 'store-read-only', forMs: 150_000 },
        { at: 22_000, kind: 'interface-detached', router: 'a', forMs: 150_000 },
      ],
    },
  },
  'without the store only a report acts': {
    source: inRules('(isCertain(kind) || witnesses.length > 0)', '(witnesses.length > 0)'),
    breaks: ['recovery-deadline', 'unfit-owner'],
    schedule: {
      ...PLAIN,
      events: [
        { at: 20_000, kind: 'store-down', forMs: 150_000 },
        { at: 22_000, kind: 'interface-detached', router: 'a', forMs: 150_000 },
      ],
    },
  },
  'an SSM without answer makes EC2’s state unusable': {
    source: {
      file: 'failover/fitness.ts',
      find: "proof === 'last-read' &&",
      put: "proof !== 'now' && hadPath === undefined &&",
    },
    breaks: ['recovery-deadline', 'unfit-owner'],
    schedule: {
      ...PLAIN,
      events: [
        { at: 5_000, kind: 'ssm-silent', site: 'tokyo', forMs: 172_000 },
        { at: 98_000, kind: 'interface-detached', router: 'a', forMs: 150_000 },
      ],
    },
  },
  'a hung router is replaced only after its peer’s report': {
    source: { file: 'failover/suspicion.ts', find: '?? silent(observation, router)', put: '' },
    breaks: ['converges', 'recovery-deadline'],
    schedule: { ...PLAIN, deadAtEnd: 'a', deadHow: 'hung', muteAtEnd: 'b' },
  },
  'a pause does not stop a run in progress': {
    mutation: bending(({ store }) => ({
      store: { ...store, operatorOrders: async (eni) => ({ ...(await store.operatorOrders(eni)), pause: undefined }) },
    })),
    breaks: ['pause-stops-runs'],
    schedule: {
      ...SLOW,
      events: [
        { at: 19_000, kind: 'operator-during-run', action: 'pause', afterSteps: 60 },
        { at: 20_000, kind: 'stop', router: 'a' },
      ],
    },
  },
  'a maintenance does not stop a run in progress': {
    mutation: bending(({ store }) => ({
      store: {
        ...store,
        operatorOrders: async (eni) => ({ ...(await store.operatorOrders(eni)), maintenance: undefined }),
      },
    })),
    breaks: ['pause-stops-runs'],
    schedule: {
      ...SLOW,
      events: [
        { at: 19_000, kind: 'operator-during-run', action: 'maintenance', afterSteps: 60 },
        { at: 20_000, kind: 'stop', router: 'a' },
      ],
    },
  },
  'maintenance is ignored while a swap is unfinished': {
    mutation: bending(({ store }) => {
      let unfinished = false;
      return {
        store: {
          ...store,
          read: async (id) => {
            const found = await store.read(id);
            unfinished = found.stored.unfinished !== undefined;
            return unfinished ? { ...found, stored: { ...found.stored, maintenance: {} } } : found;
          },
          operatorOrders: async (eni) => ({
            ...(await store.operatorOrders(eni)),
            ...(unfinished && { maintenance: undefined }),
          }),
        },
      };
    }),
    breaks: ['target-fit', 'pause-stops-runs'],
    schedule: {
      ...SLOW,
      events: [
        { at: 19_000, kind: 'crash', afterSteps: 14 },
        { at: 20_000, kind: 'stop', router: 'a' },
        { at: 25_000, kind: 'maintenance', router: 'b', on: true },
      ],
    },
  },
  'what was read on an instance counts for its successor': {
    mutation: recalling((found, { site, attached }) => {
      const ofSuccessor = (eni: string) =>
        attached.of(Object.values(site.routers).find((each) => each.eni === eni) ?? site.routers.active);
      const probes = found.stored.probes.map((round) => ({
        ...round,
        readings: Object.fromEntries(
          Object.entries(round.readings).map(([eni, reading]) => [
            eni,
            reading && { ...reading, instance: ofSuccessor(eni) ?? reading.instance },
          ]),
        ),
      }));
      return { ...found, stored: { ...found.stored, probes } };
    }),
    breaks: ['target-fit'],
    schedule: {
      ...PLAIN,
      created: true,
      events: [
        { at: 20_000, kind: 'replace', router: 'b', afterMs: 0 },
        { at: 48_000, kind: 'stop', router: 'a' },
      ],
    },
  },
  'a site is ready although a router cannot report': {
    mutation: recalling((found, { now, site, attached }) => ({
      ...found,
      contacts: Object.fromEntries(
        Object.values(site.routers).map((router) => [
          router.eni,
          { instance: attached.of(router) ?? '', content: { at: now() } },
        ]),
      ),
    })),
    from: 16,
    breaks: ['health-is-correct'],
  },

  /* Reports in two phases. */
  'a suspected report is handled like a confirmed one': {
    source: {
      file: 'functions/route-swap/answer-report.ts',
      find: 'await prepare(message.report, onlyFrom(message.report, ports))',
      put: 'await swapRoutes(message.report, onlyFrom(message.report, ports))',
    },
    breaks: ['suspicion-changes-nothing', 'needless-swap'],
    schedule: phases(['suspected'], 0),
  },
  'a suspected report proves that its router can report': {
    source: inPrepare(
      'const at = ports.now();',
      "const at = ports.now(); await ports.store.recordContact({ eni: 'eni-0000000000000002a', instance: report.instance }, { at });",
    ),
    breaks: ['suspicion-changes-nothing'],
    schedule: phases(['suspected'], 0),
  },
  'a router confirms what it suspects without asking its peer': {
    mutation: { habits: { confirmsUnasked: true } },
    breaks: ['needless-swap'],
    schedule: { ...TWO_PHASE, events: [{ at: 20_000, kind: 'detector-flaps', router: 'b' }] },
  },
  'what a suspected report observed is used however old it is': {
    source: { file: 'failover/limits.ts', find: 'PREPARED_FOR_MS = 5_000', put: 'PREPARED_FOR_MS = 500_000' },
    breaks: ['fresh-observation'],
    schedule: phases(['suspected', 'confirmed'], 7_000),
  },
  'what a suspected report observed is used after the withdrawal': {
    source: {
      file: 'functions/route-swap/answer-report.ts',
      find: 'ports.prepared.drop({ id, instance, reporter: router.name });',
      put: '',
    },
    breaks: ['fresh-observation'],
    schedule: phases(['suspected', 'withdrawn', 'confirmed'], 300),
  },
  'a confirmed report is decided on the store as the suspected one read it': {
    source: inConfirmed(
      'withoutTentativeOf(ports.run, found.stored)',
      'withoutTentativeOf(ports.run, prepared.stored.stored)',
    ),
    breaks: ['pause', 'pause-stops-runs'],
    schedule: phases(['suspected', 'confirmed'], 2_000, { at: 20_200, kind: 'pause', forMs: 60_000 }),
  },
  'a prepared swap keeps its lease although it is decided against': {
    mutation: bending(({ store }) => ({ store: { ...store, withdraw: () => Promise.resolve() } })),
    breaks: ['no-lease-left'],
    schedule: phases(['suspected', 'confirmed'], 2_000, { at: 20_200, kind: 'pause', forMs: 60_000 }),
  },
  'a withdrawal does not wait for the second copy of the write that it takes back': {
    source: { file: 'aws/site-store/lease.ts', find: 'await lastTentativeWrite;', put: '' },
    from: 14,
    breaks: ['no-lease-left'],
    schedule: phases(['suspected', 'confirmed'], 2_000, { at: 20_200, kind: 'pause', forMs: 60_000 }),
  },
  'a prepared swap that is decided against is recorded as begun': {
    source: inConfirmed(
      'await store.withdraw(journal, seen);',
      'await store.release(journal.epoch, journal.run, undefined, journal.beganAt); void seen;',
    ),
    breaks: ['no-lease-left'],
    schedule: phases(['suspected', 'confirmed'], 2_000, { at: 20_200, kind: 'pause', forMs: 60_000 }),
  },
  'a prepared swap takes the lease whatever has happened since': {
    source: {
      file: 'aws/site-store/lease.ts',
      find: 'await table.putIf(item, unchangedSince(before))',
      put: "await table.putIf(item, { expression: 'attribute_exists(pk) OR attribute_not_exists(pk)', values: {} })",
    },
    breaks: ['lease', 'one-run-per-epoch'],
    schedule: phases(['suspected', 'confirmed'], 4_500, { at: 20_200, kind: 'switchover', to: 'b', overrides: [] }),
  },
  'a swap that was never decided is finished by the next run': {
    source: inTentative('if (left < steps) return begun;', 'if (left <= steps) return begun;'),
    breaks: ['resume', 'hold-down'],
    // The probe comes when the lease has just ended.
    schedule: {
      ...phases(['suspected', 'confirmed'], 400, { at: 20_300, kind: 'crash', afterSteps: 3 }),
      probeAt: 38_500,
    },
  },
  'the record of a swap that was never decided stays in the store': {
    source: {
      file: 'functions/route-swap/withdraw-abandoned.ts',
      find: 'if (abandoned === undefined) return;',
      put: 'if (abandoned === undefined || ports.site.routes.length > 0) return;',
    },
    breaks: ['resume', 'hold-down'],
    schedule: {
      ...phases(
        ['suspected', 'confirmed'],
        400,
        { at: 20_300, kind: 'crash', afterSteps: 3 },
        { at: 70_000, kind: 'route-by-hand', to: 'b' },
      ),
      routes: ['a', 'a', 'a'],
    },
  },
  'a swap that ended after its first call is not finished': {
    source: inTentative('if (left < steps) return begun;', ''),
    breaks: ['resume', 'hold-down', 'converges'],
    schedule: {
      ...phases(['suspected', 'confirmed'], 400, { at: 20_300, kind: 'crash', afterSteps: 8 }),
      routes: ['a', 'a', 'a'],
    },
  },

  'a swap is finished of which no route is at its target': {
    source: {
      file: 'failover/unfinished-swap.ts',
      find: '!isSettled(stored, at)) return stored;',
      put: '!isSettled(stored, at) || at > 0) return stored;',
    },
    from: UNDONE_SWITCHOVER.seed,
    breaks: ['resume', 'hold-down'],
    schedule: UNDONE_SWITCHOVER,
  },
  'a swap of which no route is at its target stays open': {
    source: {
      file: 'failover/diagnosis.ts',
      find: 'if (unfinished?.noneAtTarget !== true ||',
      put: 'if (unfinished !== undefined ||',
    },
    breaks: ['converges'],
    schedule: {
      ...PLAIN,
      probeAt: 50_000,
      events: [
        { at: 14_000, kind: 'crash', afterSteps: 8 },
        { at: 15_000, kind: 'switchover', to: 'b', overrides: [] },
      ],
    },
  },

  /* The store. */
  'a heartbeat that the store did not take is missing': {
    source: {
      file: 'failover/witnesses.ts',
      find: 'Math.max(heartbeat.at, since)',
      put: 'heartbeat.at',
    },
    breaks: ['safety'],
    schedule: {
      ...UNSTORED_HEARTBEATS,
      twoPhase: false,
      events: [
        { at: 50_000, kind: 'store-read-only', forMs: 90_000 },
        { at: 51_000, kind: 'pair-partitioned', site: 'tokyo', forMs: 120_000 },
      ],
    },
  },
  'reads of the store are not consistent': {
    mutation: { dynamoDb: { input: (input) => ({ ...input, ConsistentRead: false }) } },
    from: 145,
    breaks: ['pause', 'replay', 'target-fit', 'pause-stops-runs', 'hold-down', 'one-run-per-epoch'],
    schedule: {
      ...PLAIN,
      events: [
        { at: 20_000, kind: 'pause', forMs: 60_000 },
        { at: 21_060, kind: 'switchover', to: 'b', overrides: [] },
      ],
    },
  },
  'only the first page of a query is read': {
    mutation: { dynamoDb: { output: (output) => ({ ...output, LastEvaluatedKey: undefined }) } },
    breaks: [
      'pause',
      'target-fit',
      'veto',
      'hold-down',
      'health-is-correct',
      'converges',
      'pause-stops-runs',
      'one-run-per-epoch',
      'recovery-deadline',
      'unfit-owner',
      'needless-swap',
    ],
    schedule: {
      ...PLAIN,
      pageItems: 2,
      events: [{ at: 20_000, kind: 'false-alarm', router: 'b' }],
      deadAtEnd: 'b',
    },
  },
};

function fitWhateverTheyAre(tools: SwapPorts): Partial<SwapPorts> {
  const well = { instance: 'running', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' } as const;
  const up = { configured: 1, established: 1, receiving: 1, unreadable: 0 };
  return {
    describeRouters: async (routers) => {
      const seen = await tools.describeRouters(routers);
      return Object.fromEntries(routers.map(({ name }) => [name, { ...seen[name], ...well }]));
    },
    store: {
      ...tools.store,
      read: async (id) => {
        const found = await tools.store.read(id);
        const readings = Object.fromEntries(
          Object.values(tools.site.routers).map((router) => [
            router.eni,
            { instance: tools.attached.of(router) ?? '', bgp: { tunnels: up, pair: up } },
          ]),
        );
        return { ...found, stored: { ...found.stored, maintenance: {}, probes: [{ at: tools.now(), readings }] } };
      },
    },
  };
}

const LEASE = { pk: { S: 'swap' }, sk: { S: 'lease' } };

/** Writes the lease item without a condition. */
function beginAnyway({ store }: SwapPorts, _: unknown, { table }: Parameters<Bent>[2]): Partial<SwapPorts> {
  return {
    store: {
      ...store,
      begin: (journal, stored, now) => {
        table.perform('DeleteItem', { Key: LEASE }, 0);
        return store.begin(journal, stored, now);
      },
    },
  };
}

/** Ignores the lease and takes it from its holder. */
function overTheLease({ store }: SwapPorts): Partial<SwapPorts> {
  return {
    store: {
      ...store,
      read: async (id) => {
        const found = await store.read(id);
        return { ...found, stored: { ...found.stored, leasedUntil: undefined } };
      },
      begin: (journal, stored, now) => store.begin(journal, stored, now + LEASE_MS),
    },
  };
}

function deleteThenCreate(_: SwapPorts, run: Parameters<Bent>[1], site: Parameters<Bent>[2]): Partial<SwapPorts> {
  const { send } = ec2OverNetwork(run, site.ec2Network, 1) as unknown as {
    send: (command: object) => Promise<unknown>;
  };
  return {
    replaceRoute: async (route, eni): Promise<ReplaceOutcome> => {
      const destination = route.destination.includes(':') ? 'DestinationIpv6CidrBlock' : 'DestinationCidrBlock';
      const input = { RouteTableId: route.table, [destination]: route.destination, DryRun: false };
      await send({ constructor: { name: 'DeleteRouteCommand' }, input });
      await send({ constructor: { name: 'CreateRouteCommand' }, input: { ...input, NetworkInterfaceId: eni } });
      return 'replaced';
    },
  };
}

/** Treats every call as executed, without reading the routes back. */
function believing(tools: SwapPorts): Partial<SwapPorts> {
  let target: string | undefined;
  return {
    replaceRoute: async (route, eni) => {
      target = eni;
      await tools.replaceRoute(route, eni);
      return 'replaced';
    },
    describeRoutes: async (routes) => {
      if (target === undefined) return tools.describeRoutes(routes);
      return routes.map((route): RouteFact => ({ ...route, target, state: 'active', origin: 'static' }));
    },
  };
}

/** Begins a swap and reports it as finished at once. */
function closedAtOnce({ store }: SwapPorts, _: unknown, { table }: Parameters<Bent>[2]): Partial<SwapPorts> {
  return {
    store: {
      ...store,
      begin: async (journal, stored, now) => {
        const begun = await store.begin(journal, stored, now);
        const values = { ':finished': { BOOL: true } };
        const change = { UpdateExpression: 'SET finished = :finished', ExpressionAttributeValues: values };
        if (begun) table.perform('UpdateItem', { Key: LEASE, ...change }, 0);
        return begun;
      },
    },
  };
}

function greedy(tools: SwapPorts): Partial<SwapPorts> {
  const { eni } = tools.site.routers.active;
  return {
    describeRoutes: async (routes) =>
      (await tools.describeRoutes(routes)).map((route) =>
        route.target?.startsWith('igw-') === true ? { ...route, target: eni, origin: 'static' } : route,
      ),
  };
}

/** A router with unreadable output counts as a router without sessions. */
function zeroed(end: Awaited<ReturnType<SwapPorts['readBgp']>>): typeof end {
  const readable = end.kind === 'answered' && /"(receiving":[01],"unreadable":0|state")/.test(end.output);
  return readable || end.kind === 'silent' ? end : { kind: 'answered', output: '{}' };
}

/** Checks only the end of the caller's ARN. */
function namedAfter(event: HttpEvent): HttpEvent {
  const { userArn } = event.requestContext.authorizer.iam;
  const router = ROUTER_KEYS.find((key) => userArn.endsWith(ROUTERS[key].instance));
  if (router === undefined) return event;
  const iam = {
    ...event.requestContext.authorizer.iam,
    userArn: arnOf(router, ROUTERS[router].instance),
    accountId: '123456789012',
  };
  return { ...event, requestContext: { ...event.requestContext, authorizer: { iam } } };
}
