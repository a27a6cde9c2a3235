/** Names of prefix lists and route maps, all in one place. */

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
  /** All other sites' front subnets, and what is behind far ends. */
  remoteFronts: 'front-remote',
  /** All other sites' front subnets alone: what is announced to a far end beside this site's. */
  siteFronts: 'front-sites',
  staticMap: 'static-to-bgp',
  connectMap: 'connected-to-bgp',
  ebgpIn: 'ebgp-in',
  ebgpOut: 'ebgp-out',
  ibgpIn: 'ibgp-in',
  ibgpOut: 'ibgp-out',
  farEndOut: 'far-end-out',
} as const;

/** Of one far end: what is behind it, and what is accepted from it. */
export function farEndNames(name: string) {
  return { prefixes: `far-end-${name}`, importMap: `far-end-in-${name}` } as const;
}
