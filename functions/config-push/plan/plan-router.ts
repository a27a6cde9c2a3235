import { createHash } from 'node:crypto';
import { withAgent } from '#aws/ssm-agent.ts';
import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { PushOverride } from '#contracts/push-request.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { Topology } from '#topology/topology.ts';
import { changedTunnels } from '#vyos/changed-tunnels.ts';
import { type ConfigDiff, type DiffOptions, type Drift, diffConfig } from '#vyos/diff.ts';
import { VyosConfigError } from '#vyos/errors.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type RenderedConfig, renderConfig } from '#vyos/render.ts';
import { parseRelease, type VyosRelease, withCommands } from '#vyos/versions/release.ts';
import type { PushTools } from '../ports.ts';
import { longestProofMs } from '../push/verify-bgp.ts';
import { readBaseline } from '../router/baseline.ts';
import { type PendingPush, type RunningConfig, readRunningConfig } from '../router/running-config.ts';
import { asNumberProblem } from './as-number.ts';
import { expectedNeighbors, renamedNeighbors } from './expected-neighbors.ts';
import { type FarEndNeighbor, farEndNotes, partChanged, withoutFarEnds } from './foreign-far-ends.ts';
import { sameAgain } from './needs-push.ts';
import {
  agentProblem,
  driftProblem,
  type PlanProblem,
  pendingProblem,
  sizeProblem,
  timeProblem,
  versionNote,
  versionProblem,
} from './problems.ts';
import { sharedNotes } from './shared-settings.ts';
import { asWanted } from './topology-neighbors.ts';

/** What one router has, should have, and the way between. Nothing in it is secret. */
export interface RouterPlan {
  readonly router: ManagedRouter;
  readonly name: string;
  /** What runs on it, as it says itself; undefined: it did not. */
  readonly vyos: string | undefined;
  /** `delete`, then `set` commands; empty: it runs what it should. */
  readonly commands: readonly string[];
  /** Far routers of the tunnels that the commands leave down until the far end has its part of the change. */
  readonly tunnels: readonly string[];
  /** Far ends that are not ours, and whose tunnels the commands leave down until their administrators have the change. */
  readonly farEnds: readonly FarEndNeighbor[];
  /** Changes that nobody pushed. */
  readonly drift: Drift;
  /** Nodes on it that are not ours: left alone. */
  readonly leftAlone: readonly string[];
  readonly notes: readonly string[];
  /** Why nothing can be pushed to it. */
  readonly problem: PlanProblem | undefined;
  /** Of what runs and of the commands: the same plan has the same. */
  readonly digest: string;
  /** Its BGP neighbors now; null: unknown. */
  readonly baseline: Neighbors | null;
  /** Does it boot with what it runs? */
  readonly boots: 'same' | 'other' | 'unknown';
  /** It runs what nobody has confirmed, and its old configuration again by then; ms since the epoch. */
  readonly revertsAt: number | undefined;
  /** A push that has not come to its end there. */
  readonly pending: PendingPush | undefined;
  /** What was read, for a push that begins at it; undefined: nothing was. */
  readonly found: FoundOnRouter | undefined;
  /** All that it should have. */
  readonly wanted: readonly string[];
}

export interface FoundOnRouter {
  /** The router's own digest of what runs. */
  readonly base: string;
  readonly boot: RunningConfig['boot'];
  /** When, ms since the epoch. */
  readonly at: number;
  /** Configurations that tell what of the running one is ours. */
  readonly ours: readonly (readonly string[])[];
  /** `set` lines that it has, without secrets: what of it is somebody else's. */
  readonly running: readonly string[];
  /** Where it is only to be saved: a command that changes nothing. */
  readonly same: string | undefined;
  /** Neighbors that get another address: new ones by old ones. */
  readonly renamed: ReadonlyMap<string, string>;
}

const NO_DRIFT: Drift = { added: [], removed: [] };

/** Compares; changes nothing. */
export async function planRouter(
  router: ManagedRouter,
  topology: Topology,
  overrides: readonly PushOverride[],
  tools: PushTools,
): Promise<RouterPlan> {
  const { name } = router;
  const [agent, end, pushed, bgp] = await Promise.all([
    tools.describeAgent(router),
    tools.showConfig(router),
    tools.pushes.pushed(name),
    readBaseline(router, tools),
  ]);
  const at = tools.now();
  const running = readRunningConfig(withAgent(end, agent, router.instance));
  const baseline = 'why' in bgp ? null : bgp.neighbors;
  if ('why' in running) {
    const says = `${name} did not tell its configuration: ${running.why}`;
    return { ...nothingKnown(router), baseline, problem: { reason: 'silent', says } };
  }
  const about = { ...nothingKnown(router), vyos: running.version, baseline, ...pendingOn(running, at) };
  const release = parseRelease(running.version);
  if (release === undefined) return { ...about, problem: versionProblem(name, running) };
  const wanted = wantedOn(withCommands(release, running.commands), name, topology);
  if ('says' in wanted) return { ...about, problem: { reason: 'version', says: wanted.says } };
  const { lines, secrets, notes } = wanted;
  // Before our first push everything in what is ours is somebody else's, and is asked about.
  const previous = pushed?.lines ?? [];
  // Nor does anybody know whether the keys on it are the named ones: they are set, and nothing happens if they were.
  const diff = difference(running, lines, {
    previous,
    rotate: pushed === undefined ? secrets : [],
    adopting: pushed === undefined && !overrides.includes('drift'),
  });
  if ('says' in diff) return { ...about, problem: { reason: 'unreadable', says: `${name}: ${diff.says}` } };
  const { commands } = diff;
  // What a push has left unconfirmed on it is ours.
  const drift = about.pending === undefined ? (diff.drift ?? NO_DRIFT) : NO_DRIFT;
  const isUnknownKey = pushed === undefined && setsKeyAgain(commands, running.lines);
  const found: FoundOnRouter = {
    base: running.digest,
    boot: running.boot,
    at,
    ours: [lines, previous],
    running: running.lines,
    same: commands.length === 0 && about.boots === 'other' ? sameAgain(running.lines, lines) : undefined,
    renamed: renamedNeighbors(running.lines, lines),
  };
  const changed = changedTunnels(topology, name, running.lines, commands);
  // A key that is only set to be sure is most likely the one that it was: then the session comes back, and is waited for.
  const certain = pushed === undefined ? commands.filter((command) => !command.includes('{{ssm:')) : commands;
  const { tunnels, farEnds } = partChanged(topology, name, {
    changed,
    certain: changedTunnels(topology, name, running.lines, certain),
  });
  const bgpWanted = withoutFarEnds(asWanted(router, topology).bgp, farEnds);
  const expected = expectedNeighbors(baseline ?? {}, bgpWanted, found.renamed);
  const size = {
    commands: commands.length,
    hold: tunnels.length > 0,
    proofMs: longestProofMs(expected, tools.verify),
  };
  return {
    ...about,
    commands,
    tunnels,
    farEnds,
    drift,
    leftAlone: diff.leftAlone,
    notes: [
      ...notes,
      ...(isUnknownKey ? [UNKNOWN_KEYS] : []),
      ...sharedNotes(commands, diff.leftAlone),
      ...farEndNotes(farEnds),
    ],
    problem:
      pendingProblem(name, about) ??
      agentProblem(router, agent) ??
      asNumberProblem(name, {
        running: running.lines,
        wanted: lines,
        baseline,
        pair: router.bgp.pair,
        leftAlone: diff.leftAlone,
      }) ??
      (overrides.includes('drift') ? undefined : driftProblem(name, drift, pushed === undefined)) ??
      sizeProblem({ name, commands, wanted: lines, found }) ??
      timeProblem({ name, commands }, size, tools),
    digest: createHash('sha256')
      .update(JSON.stringify([running.digest, commands]))
      .digest('hex'),
    found,
    wanted: lines,
  };
}

/** What runs decides the commands; the topology says only what is expected to run. */
function wantedOn(
  release: VyosRelease,
  name: string,
  topology: Topology,
): Pick<RenderedConfig, 'lines' | 'secrets' | 'notes'> | { readonly says: string } {
  try {
    const { lines, secrets, notes } = renderConfig(topology, name, { vyos: release });
    const other = versionNote(release, findRouter(topology, name).router.vyos);
    return { lines, secrets, notes: other === undefined ? notes : [other, ...notes] };
  } catch (error) {
    if (error instanceof VyosConfigError) return { says: `VyOS ${release.name} runs there: ${error.message}` };
    throw error;
  }
}

const UNKNOWN_KEYS = 'the keys on it are not known to be the named ones: set once, with the far end';

/** A key is set where the router has one. */
function setsKeyAgain(commands: readonly string[], running: readonly string[]): boolean {
  const places = commands.filter((line) => line.includes('{{ssm:')).map((line) => line.replace(/'?\{\{ssm:.*$/, ''));
  return places.some((place) => running.some((line) => line.startsWith(place)));
}

function nothingKnown(router: ManagedRouter): Omit<RouterPlan, 'problem'> {
  return {
    router,
    name: router.name,
    vyos: undefined,
    commands: [],
    tunnels: [],
    farEnds: [],
    drift: NO_DRIFT,
    leftAlone: [],
    notes: [],
    digest: '',
    baseline: null,
    boots: 'unknown',
    revertsAt: undefined,
    pending: undefined,
    found: undefined,
    wanted: [],
  };
}

function pendingOn(
  { digest, boots, push }: RunningConfig,
  at: number,
): Pick<RouterPlan, 'boots' | 'pending' | 'revertsAt'> {
  const undoIn = push?.state === 'applied' ? push.undoInS : null;
  return {
    boots: boots === null ? 'unknown' : boots === digest ? 'same' : 'other',
    pending: push ?? undefined,
    revertsAt: undoIn === null ? undefined : at + undoIn * 1000,
  };
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
