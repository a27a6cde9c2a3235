import { createHash } from 'node:crypto';
import type { ManagedRouter } from '#failover/site.ts';
import type { Topology, VyosVersion } from '#topology/topology.ts';
import { changedTunnels } from '#vyos/changed-tunnels.ts';
import { type ConfigDiff, type DiffOptions, type Drift, diffConfig } from '#vyos/diff.ts';
import { VyosConfigError } from '#vyos/errors.ts';
import type { RenderedConfig } from '#vyos/render.ts';
import type { PushOverride } from './request.ts';
import { type RunningConfig, readRunningConfig } from './running-config.ts';
import type { PushTools } from './tools.ts';

/** What one router has, should have, and the way between. Nothing in it is secret. */
export interface RouterPlan {
  readonly router: ManagedRouter;
  readonly name: string;
  /** What runs on it, as it says itself; undefined: it did not. */
  readonly vyos: string | undefined;
  /** `delete`, then `set` commands; empty: it has what it should. */
  readonly commands: readonly string[];
  /** Far routers of the tunnels that the commands leave down until the far end has its part of the change. */
  readonly tunnels: readonly string[];
  /** Changes that nobody pushed. */
  readonly drift: Drift;
  readonly notes: readonly string[];
  /** Why nothing can be pushed to it. */
  readonly problem: PlanProblem | undefined;
  /** Of what runs and of the commands: the same plan has the same. */
  readonly digest: string;
  /** The router's own digest of what runs. */
  readonly base: string;
  /** All that it should have. */
  readonly wanted: readonly string[];
  /** Configurations that tell what of the running one is ours. */
  readonly ours: readonly (readonly string[])[];
}

export interface PlanProblem {
  readonly reason: 'silent' | 'version' | 'unreadable' | 'drift';
  readonly says: string;
}

const NO_DRIFT: Drift = { added: [], removed: [] };

/** Compares; changes nothing. */
export async function planRouter(
  router: ManagedRouter,
  { topology, wanted }: { readonly topology: Topology; readonly wanted: RenderedConfig | undefined },
  overrides: readonly PushOverride[],
  tools: PushTools,
): Promise<RouterPlan> {
  const { name } = router;
  const [end, pushed] = await Promise.all([tools.showConfig(router), tools.pushes.pushed(name)]);
  const running = readRunningConfig(end);
  const { lines = [], secrets = [], vyos, notes = [] } = wanted ?? {};
  if ('why' in running)
    return without(router, undefined, {
      reason: 'silent',
      says: `${name} did not tell its configuration: ${running.why}`,
    });
  const version = versionProblem(name, running, vyos);
  if (version !== undefined) return without(router, running.version, version);
  // Before our first push everything in what is ours is somebody else's, and is asked about.
  const previous = pushed?.lines ?? [];
  // Nor does anybody know whether the keys on it are the named ones: they are set, and nothing happens if they were.
  const diff = difference(running, lines, { previous, rotate: pushed === undefined ? secrets : [] });
  if ('says' in diff) return without(router, running.version, { reason: 'unreadable', says: `${name}: ${diff.says}` });
  const drift = diff.drift ?? NO_DRIFT;
  return {
    router,
    name,
    vyos: running.version,
    commands: diff.commands,
    tunnels: changedTunnels(topology, name, running.lines, diff.commands),
    drift,
    notes,
    problem: overrides.includes('drift') ? undefined : driftProblem(name, drift),
    digest: createHash('sha256')
      .update(JSON.stringify([running.digest, diff.commands]))
      .digest('hex'),
    base: running.digest,
    wanted: lines,
    ours: [lines, previous],
  };
}

function without(router: ManagedRouter, vyos: string | undefined, problem: PlanProblem): RouterPlan {
  const nothing = { commands: [], tunnels: [], drift: NO_DRIFT, notes: [], digest: '', base: '', wanted: [], ours: [] };
  return { router, name: router.name, vyos, problem, ...nothing };
}

function difference(
  { lines }: RunningConfig,
  wanted: readonly string[],
  options: DiffOptions,
): ConfigDiff | { readonly says: string } {
  try {
    return diffConfig(lines, wanted, options);
  } catch (error) {
    if (error instanceof VyosConfigError) return { says: error.message };
    throw error;
  }
}

function versionProblem(
  name: string,
  { version }: RunningConfig,
  wanted: VyosVersion | undefined,
): PlanProblem | undefined {
  const spoken = /^(?:VyOS )?(1\.[345])(?:\D|$)/.exec(version)?.[1];
  if (spoken === undefined) {
    const says = `${name} runs VyOS ${JSON.stringify(version)}; configurations are pushed to 1.3, 1.4 and 1.5 only. Write it by hand: config render`;
    return { reason: 'version', says };
  }
  if (spoken === wanted) return undefined;
  return {
    reason: 'version',
    says: `${name} runs VyOS ${version}, and the topology says ${wanted}; correct one of them`,
  };
}

function driftProblem(name: string, { added, removed }: Drift): PlanProblem | undefined {
  const count = added.length + removed.length;
  if (count === 0) return undefined;
  const what = count === 1 ? 'a change that we did not make' : `${count} changes that we did not make`;
  return {
    reason: 'drift',
    says: `${name} has ${what}; take them into the topology, or give them up with override "drift"`,
  };
}
