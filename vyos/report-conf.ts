import { show } from '#topology/mistakes.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from './bgp-neighbors.ts';
import { isBootValue } from './boot-values.ts';
import { detectorsOn } from './detectors.ts';
import { VyosConfigError } from './errors.ts';
import { findRouter, type RouterPlace } from './find-router.ts';
import { pairEnd, tunnelEnds } from './tunnel-ends.ts';

/** Deployment data that is not in the topology. */
export interface ReportTarget {
  /** The site's HTTP API, as the stack prints it: https://HOST without a path; or a value of `boot-values.ts`. */
  readonly apiUrl: string;
  /** Default: the site's region. */
  readonly region?: string;
  /**
   * The HTTP APIs of other sites, by name. The router sends a witness report there when its tunnel to one of their routers
   * fails. Default: none. Needs BFD, so profile `fast`.
   */
  readonly witnessApis?: Readonly<Record<string, string>>;
  /**
   * Send a signed heartbeat every 20 s. Default: only with `prefer: safety`, where its absence is a witness. With
   * `prefer: availability` it would only delay a failover: for 10 s after a heartbeat the router does not count as failed.
   */
  readonly heartbeat?: boolean;
}

/** The URLs that `router/lib/config.sh` accepts; plain http is for tests on one machine. */
const apiUrlPattern = /^(https:\/\/[A-Za-z0-9.-]+(:[1-9]\d{0,4})?\/?|http:\/\/127\.0\.0\.1:[1-9]\d{0,4}\/?)$/;

const regionOfApi = /^https:\/\/[^./]+\.execute-api\.([^./]+)\./i;

/**
 * The configuration of `router/report` and of the detectors on one router: `KEY='value'` lines. Holds only values that differ
 * between routers; the others have defaults in `router/lib/config.sh`.
 *
 * @throws VyosConfigError for a router that is not in the topology, or a URL that the reporter or its site would refuse
 */
export function renderReportConf(topology: Topology, name: string, target: ReportTarget): string {
  const place = findRouter(topology, name);
  const { router, partner, site } = place;
  const region = target.region ?? site.region;
  if (!/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/.test(region)) {
    throw new VyosConfigError(`${show(region)} is not an AWS region\n    hint: write it as in ap-northeast-1`);
  }
  const detectors = detectorsOn(topology, name);
  const bfd = topology.profile === 'fast';
  const neighbors = bgpNeighbors(topology)(router);
  const heartbeat = target.heartbeat ?? site.policy.prefer === 'safety';
  const values = {
    SITE: site.name,
    SELF: router.name,
    PEER: partner.name,
    PEER_ADDRESS: partner.address,
    API_URL: checkedUrl(target.apiUrl, { name: site.name, region }),
    REGION: region,
    DETECTORS: detectors.join(' '),
    ...(detectors.includes('bfd') && { PEER_BFD: pairEnd(topology, place).remoteAddress }),
    BGP_TUNNELS: neighbors.tunnels.join(' ') || 'none',
    BGP_PAIR: neighbors.pair.join(' ') || 'none',
    CONFIRM_FOR: String(site.confirmMs / 1000),
    ...(heartbeat && { HEARTBEAT: 'on' }),
    ...(bfd && witness(topology, place, target.witnessApis ?? {})),
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}='${value}'\n`)
    .join('');
}

function witness(topology: Topology, place: RouterPlace, apis: Readonly<Record<string, string>>) {
  const unknown = Object.keys(apis).find((site) => !topology.sites.some(({ name }) => name === site));
  if (unknown !== undefined) {
    throw new VyosConfigError(`there is no site ${show(unknown)} in ${topology.name} to send witness reports to`);
  }
  // A far end has no API.
  const far = tunnelEnds(topology, place).flatMap(({ remote, remoteAddress }) =>
    remote.site !== undefined && apis[remote.site.name] !== undefined
      ? [{ router: remote.name, site: remote.site, remoteAddress }]
      : [],
  );
  if (far.length === 0) return {};
  const sites = new Map(far.map(({ site }) => [site.name, site]));
  return {
    WITNESS_FOR: far.map(({ router, site, remoteAddress }) => `${router}@${site.name}=${remoteAddress}`).join(' '),
    WITNESS_APIS: [...sites.values()]
      .map(({ name, region }) => `${name}@${region}=${checkedUrl(apis[name] ?? '', { name, region })}`)
      .join(' '),
  };
}

/** Requests are signed for the site's region. A host that names no region (a custom domain) is not checked. */
function checkedUrl(url: string, { name, region }: Pick<Site, 'name' | 'region'>): string {
  if (isBootValue(url)) return url;
  if (!apiUrlPattern.test(url)) {
    throw new VyosConfigError(
      `${show(url)} is not the URL of a site’s API\n    hint: write https://HOST without a path, as the stack prints it`,
    );
  }
  const elsewhere = regionOfApi.exec(url)?.[1]?.toLowerCase() ?? region;
  if (elsewhere === region) return url;
  throw new VyosConfigError(
    `${show(url)} is in ${elsewhere}, but site ${name} is in ${region}: the API would reject every report\n` +
      `    hint: write the EventApiUrl that the stack of ${name} prints`,
  );
}
