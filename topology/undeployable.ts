import { someOf } from './some-of.ts';
import type { Topology } from './topology.ts';

/**
 * The reasons why a valid topology cannot be deployed yet, one sentence each, with the correction. Empty: it can be deployed.
 */
export function whyUndeployable(topology: Pick<Topology, 'sites' | 'ssmAgent'>): readonly string[] {
  return [withoutAgent(topology), routersWithoutRole(topology)].filter((sentence) => sentence !== undefined);
}

/** Without its SSM agent a created router could neither be probed nor changed. */
function withoutAgent({ sites, ssmAgent }: Pick<Topology, 'sites' | 'ssmAgent'>): string | undefined {
  const created = sites.filter(({ routers }) =>
    [routers.active, routers.standby].some(({ creation }) => creation !== undefined),
  );
  if (ssmAgent !== undefined || created.length === 0) return undefined;
  return (
    `${created.length === 1 ? 'site' : 'sites'} ${someOf(created.map(({ name }) => name))}: ssmAgent is missing, and VyOS images contain no ` +
    'SSM agent, so the routers that are to be created could neither be monitored nor changed. Download amazon-ssm-agent.deb ' +
    '(docs/routers.md states from where) and add ssmAgent: FILE; until then the topology cannot be deployed.'
  );
}

/** Without the role of its instance a router cannot be allowed to report. */
function routersWithoutRole({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const lacking = sites.flatMap(({ name, routers: { active, standby } }) => {
    const routers = [active, standby].filter(({ instanceRole }) => instanceRole === undefined);
    return routers.length === 2 ? [`site ${name}`] : routers.map((router) => `router ${router.name}`);
  });
  if (lacking.length === 0) return undefined;
  return (
    `${someOf(lacking)}: instanceRole is missing, so reports would be rejected. ` +
    `Add the name of the IAM role of the ${lacking.length === 1 && lacking[0]?.startsWith('router') ? 'router’s instance' : 'routers’ instances'} ` +
    '(instanceRole: NAME); until then the topology cannot be deployed.'
  );
}
