/** The names of all prefix lists and route maps. */

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
  /** All other sites' front subnets, and the networks of the far ends. */
  remoteFronts: 'front-remote',
  /** All other sites' front subnets alone: announced to a far end together with this site's. */
  siteFronts: 'front-sites',
  staticMap: 'static-to-bgp',
  connectMap: 'connected-to-bgp',
  ebgpIn: 'ebgp-in',
  ebgpOut: 'ebgp-out',
  ibgpIn: 'ibgp-in',
  ibgpOut: 'ibgp-out',
  farEndOut: 'far-end-out',
} as const;

/** Of one far end: the prefix list of its networks, and the map of accepted routes. */
export function farEndNames(name: string) {
  return { prefixes: `far-end-${name}`, importMap: `far-end-in-${name}` } as const;
}
