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
    /** A fallback for BFD. A shorter hold time would flap under load and detect no failure earlier than BFD. */
    bgp: { keepalive: 4, holdtime: 12 },
  },
};

/** Seconds until BGP retries a connection. FRR's default of 120 is longer than an outage may last. */
export const bgpConnectSeconds = 3;

/** Seconds. BFD controls the routing; this only removes SAs of a failed far end. */
export const deadPeerSeconds = { interval: 10, timeout: 30 };

/**
 * IKEv2 ignores `dead-peer-detection timeout`: it retransmits a request, and gives up after the last one without a response.
 * 2 + 3.6 + 6.5 + 11.7 s is about the timeout above; strongSwan's default, 4 × 1.8^n, makes 165 s
 * (https://docs.strongswan.org/docs/latest/config/retransmission.html).
 */
export const retransmission = { attempts: 3, base: 1.8, timeout: 2 };

/** The MED of the standby's announcements: the other sites prefer the active router while both are up. */
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
