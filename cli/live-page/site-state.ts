import type { Site } from '#topology/topology.ts';
import type { Problem, RouterState, SiteState } from '#ui/contract.ts';
import { deadline } from '../output/time.ts';
import { routersOf } from '../require-name.ts';
import { ebgpText, ec2Text } from '../views/show-site.ts';
import type { RouterView, SiteView } from '../views/site-view.ts';

/** A site that has not answered yet. */
export function unreadSite(site: Site): SiteState {
  return {
    name: site.name,
    region: site.region,
    severity: 'unknown',
    since: null,
    says: 'Not read yet.',
    attention: [],
    next: null,
    owner: null,
    preferred: site.routers.active.name,
    limits: [],
    paused: false,
    readAt: null,
    problem: null,
    routers: routersOf(site).map(({ name, role }) => ({
      name,
      role,
      fit: 'unknown',
      unfit: [],
      ec2: 'unknown',
      ebgp: '',
      maintenance: false,
      faults: [],
    })),
    routes: [],
  };
}

/** A site that does not answer: what was read last, marked as not current. No command is recommended by it. */
export function unansweredSite(last: SiteState, problem: Problem): SiteState {
  return { ...last, severity: 'unknown', since: null, next: null, problem };
}

/** A site as its `status --json` shows it. */
export function siteState(view: SiteView, site: Site): SiteState {
  const { diagnosis, severity, since, attention, followsFrom, next, owner, pause, at } = view;
  return {
    name: view.name,
    region: view.region,
    severity,
    since,
    says: `${diagnosis.kind}: ${diagnosis.says}.`,
    attention: [...attention.filter((each) => !each.startsWith(`${diagnosis.kind}:`)), ...followsFrom].map(
      (each) => `${each}.`,
    ),
    next,
    owner,
    preferred: site.routers.active.name,
    limits: limitsOf(view),
    paused: pause !== null,
    readAt: at,
    problem: null,
    routers: view.routers.map(routerState),
    routes: view.managedRoutes,
  };
}

/** What limits automatic failover, except for a pause, which is among what needs attention. */
function limitsOf({ mode, holdDown }: SiteView): readonly string[] {
  return [
    ...(mode === 'observe' ? ['Mode observe: failover is decided and reported, and moves no routes.'] : []),
    ...(mode === 'off' ? ['Mode off: there is no automatic failover.'] : []),
    ...(holdDown === null
      ? []
      : [
          `Hold-down until ${deadline(holdDown.until, holdDown.leftS)}: until then routes move only for a failure that EC2 confirms.`,
        ]),
  ];
}

function routerState(router: RouterView): RouterState {
  const evidence = router.ebgp.find(({ counts }) => counts) ?? router.ebgp[0];
  return {
    name: router.name,
    role: router.role,
    fit: router.fit ? 'yes' : 'no',
    unfit: router.unfit,
    ec2: ec2Text(router),
    ebgp: evidence === undefined ? '' : ebgpText(evidence),
    maintenance: router.maintenance !== null,
    faults: [],
  };
}
