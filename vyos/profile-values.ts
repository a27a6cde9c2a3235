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

/**
 * IKEv2 does not know `dead-peer-detection timeout`: it repeats a question, and gives up after the last answer that does not
 * come. 2 + 3.6 + 6.5 + 11.7 s, about as long as the timeout above, where strongSwan's own 4 × 1.8^n make 165 s
 * (https://docs.strongswan.org/docs/latest/config/retransmission.html).
 */
export const retransmission = { attempts: 3, base: 1.8, timeout: 2 };

/** What the standby adds to what it announces: the other sites prefer the active router while both are up. */
export const standbyMetric = 100;

/**
 * Bytes, of 1500. AES-GCM: outer IP and UDP (28, AWS's NAT makes it UDP), ESP (34), inner IP (20) and GRE (4) leave 1414; a
 * VTI saves the last two. `cbc`, AES-CBC with SHA-1, of profile original: outer IP and UDP (28), ESP's header (8), IV (16) and
 * integrity (12), and blocks of 16 in which the packet, IP, GRE and 2 bytes of trailer must fit: 1424 = 1398 + 24 + 2. With the
 * article's 1414 the packet is 1504.
 *
 * The article's own 1414 is right on its VyOS 1.1, whose ESP is not in UDP (1496 in all).
 */
export const mtu = { gre: 1414, vti: 1438, cbc: 1398, article: 1414, pair: 1476 };

/** IPv4 and TCP headers. */
export const tcpHeaders = 40;
