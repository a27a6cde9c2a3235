/** The library: what the package `cdk-vyos-failover` exports. Built by `npm run package`. */
export {
  type VyosFailoverApi,
  VyosFailoverSite,
  type VyosFailoverSiteProps,
} from './vyos-failover-site.ts';
export { type TopologyTextOptions, VyosFailoverTopology } from './vyos-failover-topology.ts';
