/** What a router sends over one session without any user's traffic, in bytes on the wire a second. Pure. */
import type { RouterModel } from '#vyos/router-model.ts';

type Timers = Pick<RouterModel, 'bfd' | 'bgp' | 'ipsec' | 'links'>;

/** IP, UDP, and a control packet: https://www.rfc-editor.org/rfc/rfc5880#section-4.1 */
const BFD_PACKET = 20 + 8 + 24;
/** Intervals are shortened by up to a quarter, at random: https://www.rfc-editor.org/rfc/rfc5880#section-6.8.7 */
const BFD_JITTER = 1 - 0.25 / 2;
/** IP, TCP with time stamps, and a KEEPALIVE; and the acknowledgement of the neighbor's. */
const BGP_PACKETS = [20 + 32 + 19, 20 + 32] as const;
/** A message of an exchange that replaces keys, about. */
const REKEY_MESSAGE = 400;

/** Between sites: encrypted. IKE's own keepalives are not sent while packets arrive, so only new keys remain. */
export function tunnelBytesPerSecond(model: Timers, remoteAddress: string): number {
  const { espGroup, ikeGroups } = model.ipsec;
  const rekeys =
    REKEY_MESSAGE / espGroup.lifetime + (ikeGroups[0] === undefined ? 0 : REKEY_MESSAGE / ikeGroups[0].lifetime);
  return sessionBytes(model, remoteAddress, (packet) => encrypted(packet, model)) + rekeys;
}

/** Between the routers of a pair: in GRE, or plain over the VPC's router. */
export function pairBytesPerSecond(model: Timers, remoteAddress: string): number {
  return sessionBytes(model, remoteAddress, (packet) => (model.bfd === undefined ? packet : packet + GRE));
}

function sessionBytes({ bfd, bgp }: Timers, remoteAddress: string, onWire: (packet: number) => number): number {
  const bfdBytes =
    bfd?.peers.includes(remoteAddress) === true ? (1_000 / (bfd.intervalMs * BFD_JITTER)) * onWire(BFD_PACKET) : 0;
  const timers = bgp.neighbors.find(({ address }) => address === remoteAddress)?.timers ?? bgp.timers;
  const bgpBytes = BGP_PACKETS.reduce((sum, packet) => sum + onWire(packet), 0) / timers.keepalive;
  return bfdBytes + bgpBytes;
}

/** Inner IP and GRE. */
const GRE = 20 + 4;
/** Outer IP, and UDP, because AWS translates the address. */
const OUTER = 20 + 8;

/** ESP as in `mtu` of `vyos/profile-values.ts`: header, IV, padding to the cipher's block, trailer and integrity. */
function encrypted(packet: number, { ipsec, links }: Timers): number {
  const inner = packet + (links.some(({ gre }) => gre !== undefined) ? GRE : 0) + 2;
  const isGcm = ipsec.espGroup.proposal.encryption.includes('gcm');
  const [block, iv, integrity] = isGcm ? [4, 8, 16] : [16, 16, 12];
  return OUTER + 8 + iv + Math.ceil(inner / block) * block + integrity;
}
