import type { ReplaceOutcome } from '#aws/route-tables.ts';
import type { Recollection } from '#aws/site-store.ts';
import type { Memory } from '#failover/memory.ts';
import type { RouteFact } from '#failover/observation.ts';
import type { SwapTools } from '#functions/route-swap/tools.ts';
import type { FunctionsWorld, Mutation } from '#simulator/functions.ts';
import { ec2OverNetwork } from '#simulator/network.ts';

/** A bug that somebody could write, and the invariant that has to find it. */
export interface Bug {
  readonly mutation: Mutation;
  readonly breaks: string;
  /** It is found within so many seeds; measured, with room. */
  readonly within: number;
}

/** What a run remembers, changed. */
function forgetting(change: (memory: Memory) => Partial<Memory>): Mutation {
  return recalling((found) => ({ ...found, memory: { ...found.memory, ...change(found.memory) } }));
}

function recalling(change: (found: Recollection) => Recollection): Mutation {
  return (tools) => ({
    ...tools,
    store: { ...tools.store, recall: async (id) => change(await tools.store.recall(id)) },
  });
}

function policy(change: (tools: SwapTools) => Partial<SwapTools['site']['policy']>): Mutation {
  return (tools) => ({ ...tools, site: { ...tools.site, policy: { ...tools.site.policy, ...change(tools) } } });
}

/** The bugs are here and not in the product: each bends what a run is told, or what its hands do. */
export const BUGS: Readonly<Record<string, Bug>> = {
  'the owner’s own word is no veto': {
    mutation: recalling((found) => ({ ...found, statements: {} })),
    breaks: 'veto',
    within: 400,
  },
  'fitness is not checked': { mutation: fitWhateverTheyAre, breaks: 'only-to-the-fit', within: 400 },
  'a swap begins without asking for the epoch': { mutation: beginAnyway, breaks: 'one-run-an-epoch', within: 1_000 },
  'the lease is not asked': { mutation: overTheLease, breaks: 'lease', within: 400 },
  'routes are deleted and created again': { mutation: deleteThenCreate, breaks: 'no-route-lost', within: 200 },
  'hold-down is forgotten': {
    mutation: forgetting(() => ({ automaticSwaps: [] })),
    breaks: 'hold-down',
    within: 1_000,
  },
  'the hour’s limit is': { mutation: policy(() => ({ maxSwapsPerHour: 99 })), breaks: 'too-many', within: 1_000 },
  'a pause is': { mutation: forgetting(() => ({ pause: undefined })), breaks: 'pause', within: 1_000 },
  'the mode is': { mutation: policy(() => ({ mode: 'automatic' })), breaks: 'mode', within: 400 },
  'safety is': { mutation: policy(() => ({ prefer: 'availability' })), breaks: 'safety', within: 400 },
  'nothing is read back': { mutation: believing, breaks: 'swapped-is-true', within: 1_000 },
  'the journal is not kept': { mutation: closedAtOnce, breaks: 'converges', within: 1_500 },
  'the journal’s target is mixed up': {
    mutation: forgetting(({ unfinished }) =>
      unfinished === undefined
        ? {}
        : { unfinished: { ...unfinished, to: unfinished.to === 'tokyo-1' ? 'tokyo-2' : 'tokyo-1' } },
    ),
    breaks: 'resume',
    within: 1_500,
  },
  'foreign routes are taken for ours': { mutation: greedy, breaks: 'foreign-untouched', within: 400 },
  'an id is acted on again': { mutation: forgetting(() => ({ answered: undefined })), breaks: 'replay', within: 1_500 },
  'a report that was only noted is over': {
    mutation: forgetting(({ answered }) =>
      answered?.outcome === 'noted' ? { answered: { ...answered, outcome: 'already' } } : {},
    ),
    breaks: 'converges',
    within: 1_500,
  },
  'nothing is written into the history': {
    mutation: (tools) => ({ ...tools, store: { ...tools.store, record: () => Promise.resolve() } }),
    breaks: 'history',
    within: 200,
  },
};

function fitWhateverTheyAre(tools: SwapTools): SwapTools {
  const well = { instance: 'running', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' } as const;
  return {
    ...tools,
    describeRouters: async (routers) => {
      const seen = await tools.describeRouters(routers);
      return Object.fromEntries(routers.map(({ name }) => [name, { ...seen[name], ...well }]));
    },
    store: {
      ...tools.store,
      recall: async (id) => {
        const found = await tools.store.recall(id);
        const ebgp = { 'tokyo-1': { established: 1, configured: 1 }, 'tokyo-2': { established: 1, configured: 1 } };
        return { ...found, memory: { ...found.memory, maintenance: {}, probes: [{ at: tools.now(), ebgp }] } };
      },
    },
  };
}

/** Writes the lease item whatever stands there. */
function beginAnyway(tools: SwapTools, _: unknown, { store }: FunctionsWorld): SwapTools {
  return {
    ...tools,
    store: {
      ...tools.store,
      begin: (journal, memory, now) => {
        store.lease = undefined;
        return tools.store.begin(journal, memory, now);
      },
    },
  };
}

/** Sees no lease, and takes it from whoever has it. */
function overTheLease(tools: SwapTools, _: unknown, { store }: FunctionsWorld): SwapTools {
  return {
    ...tools,
    store: {
      ...tools.store,
      recall: async (id) => {
        const found = await tools.store.recall(id);
        return { ...found, memory: { ...found.memory, leasedUntil: undefined } };
      },
      begin: async (journal, memory, now) => {
        const begun = await tools.store.begin(journal, memory, now);
        if (begun || store.lease?.epoch !== memory.epoch) return begun;
        return tools.store.begin(journal, memory, store.lease.leasedUntil);
      },
    },
  };
}

function deleteThenCreate(tools: SwapTools, run: Parameters<Mutation>[1], world: FunctionsWorld): SwapTools {
  const { send } = ec2OverNetwork(world.ec2, run, world, 1) as unknown as {
    send: (command: object) => Promise<unknown>;
  };
  return {
    ...tools,
    replaceRoute: async (route, eni): Promise<ReplaceOutcome> => {
      const destination = route.destination.includes(':') ? 'DestinationIpv6CidrBlock' : 'DestinationCidrBlock';
      const input = { RouteTableId: route.table, [destination]: route.destination, DryRun: false };
      await send({ constructor: { name: 'DeleteRouteCommand' }, input });
      await send({ constructor: { name: 'CreateRouteCommand' }, input: { ...input, NetworkInterfaceId: eni } });
      return 'replaced';
    },
  };
}

/** Takes every call for done, and its last target for what EC2 would show. */
function believing(tools: SwapTools): SwapTools {
  let target: string | undefined;
  return {
    ...tools,
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

/** Begins and says at once that all is done. */
function closedAtOnce(tools: SwapTools, _: unknown, { store }: FunctionsWorld): SwapTools {
  return {
    ...tools,
    store: {
      ...tools.store,
      begin: async (journal, memory, now) => {
        const begun = await tools.store.begin(journal, memory, now);
        if (begun && store.lease !== undefined) store.lease = { ...store.lease, finished: true };
        return begun;
      },
    },
  };
}

function greedy(tools: SwapTools): SwapTools {
  const { eni } = tools.site.routers.active;
  return {
    ...tools,
    describeRoutes: async (routes) =>
      (await tools.describeRoutes(routes)).map((route) =>
        route.target?.startsWith('igw-') === true ? { ...route, target: eni, origin: 'static' } : route,
      ),
  };
}
