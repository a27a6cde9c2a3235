import type { PageState, SiteState } from '#ui/contract.ts';

/** A healthy site with two routers and one route. */
export function siteOf(name: string, changes: Partial<SiteState> = {}): SiteState {
  const router = { fit: 'yes', unfit: [], ec2: 'running', ebgp: '1/1', maintenance: false, faults: [] } as const;
  return {
    name,
    region: 'ap-northeast-1',
    severity: 'ok',
    since: null,
    says: 'Healthy.',
    attention: [],
    next: null,
    owner: `${name}-1`,
    preferred: `${name}-1`,
    limits: [],
    paused: false,
    readAt: '2026-11-29T01:00:00.000Z',
    problem: null,
    routers: [
      { ...router, name: `${name}-1`, role: 'active' },
      { ...router, name: `${name}-2`, role: 'standby' },
    ],
    routes: [{ table: 'rtb-1', destination: '10.2.0.0/20', router: `${name}-1`, target: 'eni-1', state: 'active' }],
    ...changes,
  };
}

export function pageOf(changes: Partial<PageState> = {}): PageState {
  return {
    topology: 'tokyo-virginia',
    behind: 'deployment',
    mayOperate: true,
    sites: [siteOf('tokyo'), siteOf('virginia')],
    farEnds: [],
    tunnels: [
      { between: ['tokyo-1', 'virginia-1'], state: 'up', says: 'up' },
      { between: ['tokyo-2', 'virginia-2'], state: 'up', says: 'up' },
    ],
    traffic: [],
    problem: null,
    ...changes,
  };
}
