import { show } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import { VyosConfigError } from './errors.ts';
import { findRouter } from './find-router.ts';

/** What the topology cannot know. */
export interface ReportTarget {
  /** The site's HTTP API, as the stack prints it: https://HOST without a path. */
  readonly apiUrl: string;
  /** Default: the site's region. */
  readonly region?: string;
}

/** What `router/lib/config.sh` takes; plain http is for tests on one machine. */
const apiUrlPattern = /^(https:\/\/[A-Za-z0-9.-]+(:[1-9]\d{0,4})?\/?|http:\/\/127\.0\.0\.1:[1-9]\d{0,4}\/?)$/;

/**
 * The configuration of `router/report` on one router: `KEY='value'` lines. Only what differs between routers; the
 * rest has its defaults in `router/lib/config.sh`.
 *
 * @throws VyosConfigError for a router that is not in the topology, or a URL that the reporter would refuse
 */
export function renderReportConf(topology: Topology, name: string, { apiUrl, region }: ReportTarget): string {
  const { router, partner, site } = findRouter(topology, name);
  if (!apiUrlPattern.test(apiUrl)) {
    throw new VyosConfigError(
      `${show(apiUrl)} is not the URL of a site’s API\n    hint: write https://HOST, as the stack prints it, without a path`,
    );
  }
  const inRegion = region ?? site.region;
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(inRegion)) {
    throw new VyosConfigError(`${show(inRegion)} is not an AWS region\n    hint: write it as in ap-northeast-1`);
  }
  const values = {
    SITE: site.name,
    SELF: router.name,
    PEER: partner.name,
    PEER_ADDRESS: partner.address,
    API_URL: apiUrl,
    REGION: inRegion,
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}='${value}'\n`)
    .join('');
}
