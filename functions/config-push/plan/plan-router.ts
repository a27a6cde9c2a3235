import { withAgent } from '#aws/ssm-agent.ts';
import type { PushOverride } from '#contracts/push-request.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { Topology } from '#topology/topology.ts';
import { parseRelease, withCommands } from '#vyos/versions/release.ts';
import type { PushPorts } from '../ports.ts';
import { readBaseline } from '../router/baseline.ts';
import { type RunningConfig, readRunningConfig } from '../router/running-config.ts';
import { compareRouter } from './compare-router.ts';
import { versionProblem } from './problems.ts';
import { renderFor } from './render-for.ts';
import { NO_DRIFT, type RouterPlan } from './router-plan.ts';

/** Reads a router → what its release should run → the difference. Changes nothing. */
export async function planRouter(
  router: ManagedRouter,
  topology: Topology,
  overrides: readonly PushOverride[],
  ports: PushPorts,
): Promise<RouterPlan> {
  const { name } = router;
  const instance = await ports.attached.forCommand(router, ports);
  const [agent, end, pushed, bgp] = await Promise.all([
    ports.describeAgent(router),
    ports.showConfig(router),
    ports.pushes.pushed(router),
    readBaseline(router, ports),
  ]);
  const at = ports.now();
  const running = readRunningConfig(withAgent(end, agent));
  const baseline = 'why' in bgp ? null : bgp.neighbors;
  if ('why' in running) return { ...unreadRouter(router, instance), baseline, problem: unreadable(name, running.why) };
  const read = { ...unreadRouter(router, instance), vyos: running.version, baseline, ...pendingOn(running, at) };
  const release = parseRelease(running.version);
  if (release === undefined) return { ...read, problem: versionProblem(name, running) };
  const rendered = renderFor(withCommands(release, running.commands), name, topology);
  if ('says' in rendered) return { ...read, problem: { reason: 'version', says: rendered.says } };
  return compareRouter(read, { running, rendered, pushed, at, agent }, topology, overrides, ports);
}

/** Of a router that is not asked. @param why a clause */
export async function unreadablePlan(router: ManagedRouter, why: string, ports: PushPorts): Promise<RouterPlan> {
  const instance = await ports.attached.forCommand(router, ports);
  return { ...unreadRouter(router, instance), problem: unreadable(router.name, why) };
}

function unreadable(name: string, why: string): RouterPlan['problem'] {
  return { reason: 'silent', says: `the configuration of ${name} could not be read: ${why}` };
}

function unreadRouter(router: ManagedRouter, instance: string | undefined): Omit<RouterPlan, 'problem'> {
  return {
    router,
    instance,
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
