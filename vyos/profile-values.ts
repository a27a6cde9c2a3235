/** The numbers and ciphers of each profile. */
import type { Profile } from '#topology/topology.ts';
import type { BgpTimers, EspGroup, IkeGroup } from './router-model.ts';

interface ProfileValues {
  readonly ike: Pick<IkeGroup, 'keyExchange' | 'lifetime' | 'proposal' | 'dhGroup'>;
  readonly esp: EspGroup;
  readonly bgp: BgpTimers;
}

export const profileValues: Readonly<Record<Profile, ProfileValues>> = {
  /** The article's, to the letter. */
  original: {
    ike: {
      keyExchange: 'ikev1',
      lifetime: 3600,
      proposal: { encryption: 'aes128', hash: 'sha1' },
      dhGroup: undefined,
    },
    esp: {
      name: 'esp',
      lifetime: 1800,
      proposal: { encryption: 'aes128', hash: 'sha1' },
      pfsDhGroup: undefined,
      mode: undefined,
    },
    bgp: { keepalive: 4, holdtime: 12 },
  },
  fast: {
    ike: {
      keyExchange: 'ikev2',
      lifetime: 28_800,
      proposal: { encryption: 'aes256gcm128', hash: 'sha256' },
      dhGroup: 19,
    },
    esp: {
      name: 'esp',
      lifetime: 3600,
      proposal: { encryption: 'aes256gcm128', hash: 'sha256' },
      pfsDhGroup: 19,
      mode: 'tunnel',
    },
    /** Only the net under BFD: a hold time near BFD's would flap with load and find nothing sooner. */
    bgp: { keepalive: 4, holdtime: 12 },
  },
};

/** Seconds to wait before BGP tries again to connect; FRR's own 120 would outlast every outage. */
export const bgpConnectSeconds = 3;

/** Seconds. BFD steers the routing; this only clears away what is dead. */
export const deadPeerSeconds = { interval: 10, timeout: 30 };

/** What the standby adds to what it announces: the other sites prefer the active router while both are up. */
export const standbyMetric = 100;

/**
 * Bytes. 1414 is the article's, and by luck or skill the very most that fits: 1500 less outer IP and UDP (28, AWS's NAT
 * makes it UDP), ESP with AES-GCM (34), inner IP (20) and GRE (4). A VTI saves the last two.
 */
export const mtu = { gre: 1414, vti: 1438, pair: 1476 };

/** IPv4 and TCP headers. */
export const tcpHeaders = 40;
