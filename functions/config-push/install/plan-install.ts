import { withAgent } from '#aws/ssm-agent.ts';
import type { Programs, RouterPrograms } from '#contracts/install-result.ts';
import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { InstallRequest } from '#contracts/push-request.ts';
import type { Observation } from '#failover/observation.ts';
import { ownerOf } from '#failover/observation.ts';
import { type ManagedRouter, peerOf, routersOf } from '#failover/site.ts';
import { observe } from '#functions/observe.ts';
import { unmetPrecondition } from '../plan/preconditions.ts';
import type { PushPorts } from '../ports.ts';
import { readBaseline } from '../router/baseline.ts';
import { installAnswerOf } from './router-answer.ts';

/** What one router has, and what is deployed for it. */
export interface RouterInstall {
  readonly router: ManagedRouter;
  /** `i-…` that was asked; undefined: EC2 reports none. */
  readonly instance: string | undefined;
  readonly programs: RouterPrograms;
  /** Its BGP neighbors now; null: unknown. */
  readonly baseline: Neighbors | null;
}

/** A site as it is before an installation. */
export interface InstallPlan {
  readonly observation: Observation;
  readonly owner: ManagedRouter | undefined;
  /** The routers that can run programs, the standby before the owner. */
  readonly routers: readonly RouterInstall[];
  /** A precondition of the site that is not met. */
  readonly obstacle: { readonly reason: string; readonly says: string } | undefined;
}

/** Reads the site and both routers. Changes nothing. */
export async function planInstall(
  { overrides }: Pick<InstallRequest, 'overrides'>,
  ports: PushPorts,
): Promise<InstallPlan> {
  const { site, programRouters } = ports;
  const observation = await observe({ kind: 'probe', id: `install-${ports.run}` }, ports);
  const owner = ownerOf(observation);
  const order = owner === undefined ? routersOf(site) : [peerOf(site, owner), owner];
  const routers = order.filter(({ name }) => programRouters.includes(name));
  return {
    observation,
    owner,
    routers: await Promise.all(routers.map((router) => readRouter(router, ports))),
    obstacle: unmetPrecondition(observation, overrides),
  };
}

async function readRouter(router: ManagedRouter, ports: PushPorts): Promise<RouterInstall> {
  const instance = await ports.attached.forCommand(router, ports);
  const [programs, bgp] = await Promise.all([readPrograms(router, ports), readBaseline(router, ports)]);
  return { router, instance, programs, baseline: 'why' in bgp ? null : bgp.neighbors };
}

/** What a router has, and what its boot parameter names, by its own reading. */
export async function readPrograms(router: ManagedRouter, ports: PushPorts): Promise<RouterPrograms> {
  const end = await ports.installBundle(router, { Action: 'show', Attempt: ports.run }, ports.deadlines.show);
  const answer = installAnswerOf(end.kind === 'silent' ? withAgent(end, await ports.describeAgent(router)) : end);
  const { name } = router;
  if (answer.outcome === 'shown') {
    const { installed, deployed, why } = answer;
    if (deployed === null) return { name, installed, differs: false, why, attention: [] };
    return { name, installed, deployed, differs: differs(installed, deployed), attention: [] };
  }
  const why = answer.outcome === 'silent' ? answer.why : 'says' in answer ? answer.says : answer.outcome;
  return { name, differs: false, why, attention: [] };
}

/** A topology that names no package of the agent replaces none. */
export function differs(installed: Programs, deployed: Programs): boolean {
  const { version, sha256, agent } = deployed;
  if (installed.version !== version || installed.sha256 !== sha256) return true;
  return agent !== null && installed.agent !== agent;
}
