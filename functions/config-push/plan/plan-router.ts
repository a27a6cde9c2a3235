import { createHash } from 'node:crypto';
import { withAgent } from '#aws/ssm-agent.ts';
import type { PushOverride } from '#contracts/push-request.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { Topology } from '#topology/topology.ts';
import { changedTunnels } from '#vyos/changed-tunnels.ts';
import { type ConfigDiff, type DiffOptions, type Drift, diffConfig } from '#vyos/diff.ts';
import { VyosConfigError } from '#vyos/errors.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type RenderedConfig, renderConfig } from '#vyos/render.ts';
import { parseRelease, type VyosRelease, withCommands } from '#vyos/versions/release.ts';
import type { PushPorts } from '../ports.ts';
import { longestProofMs } from '../push/verify-bgp.ts';
import { readBaseline } from '../router/baseline.ts';
import { type RunningConfig, readRunningConfig } from '../router/running-config.ts';
import { asNumberProblem } from './as-number.ts';
import { expectedNeighbors, renamedNeighbors } from './expected-neighbors.ts';
import { farEndNotes, splitChangedTunnels, withoutFarEnds } from './foreign-far-ends.ts';
import { noOpCommand } from './needs-push.ts';
import {
  agentProblem,
  driftProblem,
  pendingProblem,
  sizeProblem,
  timeProblem,
  versionNote,
  versionProblem,
} from './problems.ts';
import type { RouterPlan, RouterReading } from './router-plan.ts';
import { sharedNotes } from './shared-settings.ts';
import { withDesiredNeighbors } from './topology-neighbors.ts';

const NO_DRIFT: Drift = { added: [], removed: [] };

/** Compares; changes nothing. */
export async function planRouter(
  router: ManagedRouter,
  topology: Topology,
  overrides: readonly PushOverride[],
  ports: PushPorts,
): Promise<RouterPlan> {
  const { name } = router;
  const [agent, end, pushed, bgp] = await Promise.all([
    ports.describeAgent(router),
    ports.showConfig(router),
    ports.pushes.pushed(name),
    readBaseline(router, ports),
  ]);
  const at = ports.now();
  const running = readRunningConfig(withAgent(end, agent, router.instance));
  const baseline = 'why' in bgp ? null : bgp.neighbors;
  if ('why' in running) {
    const says = `${name} did not tell its configuration: ${running.why}`;
    return { ...unreadRouter(router), baseline, problem: { reason: 'silent', says } };
  }
  const about = { ...unreadRouter(router), vyos: running.version, baseline, ...pendingOn(running, at) };
  const release = parseRelease(running.version);
  if (release === undefined) return { ...about, problem: versionProblem(name, running) };
  const wanted = renderFor(withCommands(release, running.commands), name, topology);
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
  const found: RouterReading = {
    base: running.digest,
    boot: running.boot,
    at,
    ours: [lines, previous],
    running: running.lines,
    same: commands.length === 0 && about.boots === 'other' ? noOpCommand(running.lines, lines) : undefined,
    renamed: renamedNeighbors(running.lines, lines),
  };
  const changed = changedTunnels(topology, name, running.lines, commands);
  // A key that is only set to be sure is most likely the one that it was: then the session comes back, and is waited for.
  const certain = pushed === undefined ? commands.filter((command) => !command.includes('{{ssm:')) : commands;
  const { tunnels, farEnds } = splitChangedTunnels(topology, name, {
    changed,
    certain: changedTunnels(topology, name, running.lines, certain),
  });
  const bgpWanted = withoutFarEnds(withDesiredNeighbors(router, topology).bgp, farEnds);
  const expected = expectedNeighbors(baseline ?? {}, bgpWanted, found.renamed);
  const size = {
    commands: commands.length,
    awaitsFarEnds: tunnels.length > 0,
    proofMs: longestProofMs(expected, ports.verify),
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
      sizeProblem({ name, commands, desired: lines, reading: found }) ??
      timeProblem({ name, commands }, size, ports),
    digest: createHash('sha256')
      .update(JSON.stringify([running.digest, commands]))
      .digest('hex'),
    reading: found,
    desired: lines,
  };
}

/** What runs decides the commands; the topology says only what is expected to run. */
function renderFor(
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

function unreadRouter(router: ManagedRouter): Omit<RouterPlan, 'problem'> {
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
    reading: undefined,
    desired: [],
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
