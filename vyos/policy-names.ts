/** Names of prefix lists and route maps, all in one place: the diff knows by them which are ours. */

/** The article's own. */
export const originalNames = {
  connectPrefixes: 'prefix-connect-to-bgp',
  staticPrefixes: 'prefix-static-to-bgp',
  connectMap: 'routemap-connect-to-bgp',
  staticMap: 'routemap-static-to-bgp',
} as const;

export const fastNames = {
  /** This site's front subnets. */
  ownFronts: 'front-own',
  /** All other sites' front subnets. */
  remoteFronts: 'front-remote',
  staticMap: 'static-to-bgp',
  connectMap: 'connected-to-bgp',
  ebgpIn: 'ebgp-in',
  ebgpOut: 'ebgp-out',
  ibgpIn: 'ibgp-in',
  ibgpOut: 'ibgp-out',
} as const;
