/** What comes before a deployment: keys, routes, and routers that are replaced. Pure. */
import { createRouteCommand } from '#failover/create-route-command.ts';
import { someOf } from '#topology/some-of.ts';
import type { Router } from '#topology/topology.ts';
import { counted } from '../../output/counted.ts';
import { commandText } from '../../output/next-command.ts';
import { routersOf } from '../../require-name.ts';
import type { SiteSituation, Situation } from '../situation.ts';
import { editsAt } from './edits-at.ts';
import type { Step } from './step.ts';

/** Before the deployment, because the routers fetch the keys and a bundle names them. */
export function keySteps({ missingKeys = [], file }: Situation): Step[] {
  if (missingKeys.length === 0) return [];
  return [
    {
      kind: 'keys',
      says: `create ${counted(missingKeys.length, 'key')} of tunnels or Serf: ${someOf(missingKeys)}`,
      command: commandText(['secrets', 'create', file]),
      costs: [],
    },
  ];
}

/** Before the deployment, because a managed route that is missing is a fault: the site would be degraded until it exists. */
export function routeSteps({ edits, sites }: Situation): Step[] {
  return sites.flatMap((of): Step[] => {
    const { site, missingRoutes } = of;
    const isNew = of.deployment === 'absent' || editsAt(site.name, edits, ADDS_ROUTES).length > 0;
    if (site.createRoutes || missingRoutes.length === 0 || !isNew) return [];
    const owner = routersOf(site).find(({ name }) => name === of.owner) ?? site.routers.active;
    const commands = missingRoutes.map((route) => createRouteCommand(route, site.region, owner.eni));
    return [
      {
        kind: 'routes',
        site: site.name,
        routes: missingRoutes,
        says: `create ${counted(missingRoutes.length, 'managed route')} at ${site.name}, with ${owner.name} as the target`,
        command: commands.join('\n'),
        costs: [
          `Traffic to ${someOf([...new Set(missingRoutes.map(({ destination }) => destination))])} goes to ${owner.name} from then on.`,
        ],
      },
    ];
  });
}

const ADDS_ROUTES = ['table-added', 'destination-added'] as const;

/** The owner is never replaced: its peer takes the routes first, which the deployed functions can still do. */
export function replacementSteps({ edits, sites, topology, file }: Situation): Step[] {
  return sites.flatMap((of): Step[] => {
    const { site } = of;
    const router = routersOf(site).find(({ name }) => isReplaced(name, site.name, edits));
    if (router === undefined || of.deployment === 'absent') return [];
    return [...awayFrom(router, of, topology.name, file), ...attachment(router, of, edits)];
  });
}

/** Another interface, instance, or Elastic IP: the router is out of service meanwhile. */
export function isReplaced(router: string, site: string, edits: Situation['edits']): boolean {
  return edits.some(
    ({ edit }) =>
      ((edit.kind === 'instance-replaced' || edit.kind === 'interface-replaced') && edit.router === router) ||
      (edit.kind === 'value-changed' &&
        edit.key === 'publicAddress' &&
        edit.place.of === 'router' &&
        edit.place.site === site &&
        edit.place.router === router),
  );
}

function awayFrom(router: Router, { site, owner, routers }: SiteSituation, topology: string, file: string): Step[] {
  const deployedName = (name: string) => routers.find((each) => each.name === name)?.deployedName ?? name;
  const peer = routersOf(site).find(({ name }) => name !== router.name);
  if (owner !== deployedName(router.name) || peer === undefined) return [];
  const to = deployedName(peer.name);
  return [
    {
      kind: 'switchover',
      site: site.name,
      to,
      says: `move the routes of ${site.name} to ${to}, because ${router.name} is replaced`,
      command: commandText([
        'switchover',
        site.name,
        '--to',
        to,
        '--reason',
        `rollout of ${topology}`,
        '--topology',
        file,
      ]),
      costs: [
        `One switchover of ${site.name}, with one message. Connections that ${router.name} translates (NAT) end.`,
        `The routes stay at ${to} afterwards: ${commandText(['failback', site.name, '--reason', 'TEXT', '--topology', file])} moves them back.`,
      ],
    },
  ];
}

function attachment(
  { name, eni, instance }: Router,
  { site, routers }: SiteSituation,
  edits: Situation['edits'],
): Step[] {
  const isAnother = editsAt(site.name, edits, ['instance-replaced', 'interface-replaced']).some(
    (edit) => edit.router === name,
  );
  const attached = routers.find((router) => router.name === name)?.attached;
  if (!isAnother || instance === undefined || attached === instance) return [];
  return [
    {
      kind: 'attach',
      site: site.name,
      router: name,
      says: `launch ${instance} of ${name} with the interface ${eni}, source/destination check off, and install its bundle (docs/routers.md)`,
      command: `aws ec2 attach-network-interface --region ${site.region} --network-interface-id ${eni} --instance-id ${instance} --device-index 0`,
      costs: [`${site.name} has one router until ${name} is fit: a failure of the owner is an outage.`],
    },
  ];
}
