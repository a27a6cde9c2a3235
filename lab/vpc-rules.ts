import type { SitePlan } from './plan.ts';

/** nftables sets that faults are put into, by name. */
export const CUT_UPLINK = 'cut_uplink';
export const CUT_API = 'cut_api';
export const CUT_BETWEEN = 'cut_between';

/**
 * What the VPC's namespace does to packets besides forwarding them: Elastic IPs (one to one and stateless, as in
 * AWS), and whatever is cut at the moment. Written so that applying it again mends all cuts.
 */
export function vpcRules({ routers }: SitePlan): string {
  const inward = routers.map(({ router }) => `${router.publicAddress} : ${router.address}`).join(', ');
  const outward = routers.map(({ router }) => `${router.address} : ${router.publicAddress}`).join(', ');
  return `
table ip lab
delete table ip lab
table ip lab {
  map private { type ipv4_addr : ipv4_addr; elements = { ${inward} } }
  map public { type ipv4_addr : ipv4_addr; elements = { ${outward} } }
  set ${CUT_UPLINK} { type ipv4_addr; }
  set ${CUT_API} { type ipv4_addr; }
  set ${CUT_BETWEEN} { type ipv4_addr . ipv4_addr; }
  chain inward { type filter hook prerouting priority raw; iifname "uplink" ip daddr set ip daddr map @private; }
  chain outward { type filter hook postrouting priority 300; oifname "uplink" ip saddr set ip saddr map @public; }
  chain within {
    type filter hook forward priority 0;
    oifname "uplink" ip saddr @${CUT_UPLINK} drop
    iifname "uplink" ip daddr @${CUT_UPLINK} drop
    ip saddr . ip daddr @${CUT_BETWEEN} drop
  }
  chain endpoint { type filter hook input priority 0; ip saddr @${CUT_API} drop; }
}
table bridge lab
delete table bridge lab
table bridge lab {
  set ${CUT_BETWEEN} { type ipv4_addr . ipv4_addr; }
  chain within { type filter hook forward priority 0; ether type ip ip saddr . ip daddr @${CUT_BETWEEN} drop; }
}
`;
}
