/** Tunnel interfaces are numbered from 0; the numbers from here up are reserved for the link of the pair. */
export const TUNNEL_NUMBERS = 1000;

/** The rules of a prefix list are numbered in steps, up to 65535 in every version of VyOS. */
export const RULE_STEP = 10;
export const MOST_PREFIXES_IN_LIST = Math.floor(65_535 / RULE_STEP);
