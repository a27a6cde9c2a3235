import { createHash } from 'node:crypto';
import type { SsmAgent } from '#aws/ssm-agent.ts';
import type { PushedConfig } from '#contracts/push-journal.ts';
import type { PushOverride } from '#contracts/push-request.ts';
import type { Topology } from '#topology/topology.ts';
import { changedTunnels } from '#vyos/changed-tunnels.ts';
import { type ConfigDiff, type DiffOptions, diffConfig } from '#vyos/diff.ts';
import { VyosConfigError } from '#vyos/errors.ts';
import type { PushPorts } from '../ports.ts';
import { longestProofMs } from '../push/verify-bgp.ts';
import type { RunningConfig } from '../router/running-config.ts';
import { asNumberProblem } from './as-number.ts';
import { configBefore } from './config-before.ts';
import { expectedNeighbors, renamedNeighbors } from './expected-neighbors.ts';
import { farEndNotes, splitChangedTunnels, withoutFarEnds } from './foreign-far-ends.ts';
import { noOpCommand } from './needs-push.ts';
import { agentProblem, driftProblem, pendingProblem, sizeProblem, timeProblem } from './problems.ts';
import type { DesiredConfig } from './render-for.ts';
import { NO_DRIFT, type RouterPlan, type RouterReading } from './router-plan.ts';
import { sharedNotes } from './shared-settings.ts';
import { withDesiredNeighbors } from './topology-neighbors.ts';

interface Comparison {
  readonly running: RunningConfig;
  readonly rendered: DesiredConfig;
  /** What the last push gave the router; undefined: nothing was ever pushed to it. */
  readonly pushed: PushedConfig | undefined;
  /** When the running configuration was read, ms since the epoch. */
  readonly at: number;
  readonly agent: SsmAgent | undefined;
}

/**
 * The commands from the running to the desired configuration, with what they mean for tunnels, BGP and settings of others,
 * and with the first problem that prevents them.
 */
export function compareRouter(
  read: Omit<RouterPlan, 'problem'>,
  { running, rendered, pushed, at, agent }: Comparison,
  topology: Topology,
  overrides: readonly PushOverride[],
  ports: PushPorts,
): RouterPlan {
  const { router, name, baseline } = read;
  const { lines, secrets, notes } = rendered;
  const before = configBefore(pushed, running);
  const isFirst = before === undefined;
  // Before the first push, everything under the topology's names was configured by an operator: it counts as drift.
  const previous = before ?? [];
  // Nor is it known whether its keys are the named ones: they are set again, which changes nothing if they are.
  const diff = difference(running, lines, {
    previous,
    rotate: isFirst ? secrets : [],
    adopting: isFirst && !overrides.includes('drift'),
  });
  if ('says' in diff) return { ...read, problem: { reason: 'unreadable', says: `${name}: ${diff.says}` } };
  const { commands, leftAlone } = diff;
  // An unconfirmed push is no drift.
  const drift = read.pending === undefined ? (diff.drift ?? NO_DRIFT) : NO_DRIFT;
  const reading: RouterReading = {
    base: running.digest,
    boot: running.boot,
    at,
    ours: [lines, previous],
    running: running.lines,
    same: commands.length === 0 && read.boots === 'other' ? noOpCommand(running.lines, lines) : undefined,
    renamed: renamedNeighbors(running.lines, lines),
  };
  const changed = changedTunnels(topology, name, running.lines, commands);
  // A key that is only set again is most likely the same: its session is expected to come back.
  const certain = () => commands.filter((command) => !command.includes('{{ssm:'));
  const { tunnels, farEnds } = splitChangedTunnels(topology, name, {
    changed,
    certain: isFirst ? changedTunnels(topology, name, running.lines, certain()) : changed,
  });
  const bgp = withoutFarEnds(withDesiredNeighbors(router, topology).bgp, farEnds);
  const expected = expectedNeighbors(baseline ?? {}, bgp, reading.renamed);
  const size = {
    commands: commands.length,
    awaitsFarEnds: tunnels.length > 0,
    proofMs: longestProofMs(expected, ports.verify),
  };
  const asNumbers = { running: running.lines, desired: lines, baseline, pair: router.bgp.pair, leftAlone };
  return {
    ...read,
    commands,
    tunnels,
    farEnds,
    drift,
    leftAlone,
    notes: [
      ...notes,
      ...(isFirst && setsKeyAgain(commands, running.lines) ? [UNKNOWN_KEYS] : []),
      ...sharedNotes(commands, leftAlone),
      ...farEndNotes(farEnds),
    ],
    problem:
      pendingProblem(name, read) ??
      agentProblem(name, agent) ??
      asNumberProblem(name, asNumbers) ??
      (overrides.includes('drift') ? undefined : driftProblem(name, drift, isFirst)) ??
      sizeProblem({ name, commands, desired: lines, reading }) ??
      timeProblem({ name, commands }, size, ports),
    digest: createHash('sha256')
      .update(JSON.stringify([running.digest, commands]))
      .digest('hex'),
    reading,
    desired: lines,
  };
}

const UNKNOWN_KEYS =
  'it is not known whether its keys are the ones that the topology names: they are set once, together with the far end';

/** Does a command set a key where the router has one already? */
function setsKeyAgain(commands: readonly string[], running: readonly string[]): boolean {
  const paths = commands.filter((line) => line.includes('{{ssm:')).map((line) => line.replace(/'?\{\{ssm:.*$/, ''));
  return paths.some((path) => running.some((line) => line.startsWith(path)));
}

function difference(
  { lines }: RunningConfig,
  desired: readonly string[],
  options: DiffOptions,
): ConfigDiff | { readonly says: string } {
  try {
    return diffConfig(lines, desired, options);
  } catch (error) {
    if (error instanceof VyosConfigError) return { says: error.message };
    throw error;
  }
}
