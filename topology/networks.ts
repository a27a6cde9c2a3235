/** IPv4 and IPv6 networks and addresses, as far as a topology needs them, in one canonical spelling each. */
import { Address4, Address6 } from 'ip-address';

/** A network with its bounds as integers, so that many of them can be compared cheaply. */
export interface Network {
  /** Canonical, host bits zero: `10.1.0.0/16`, `2001:db8:2::/56`. */
  readonly cidr: string;
  readonly family: 4 | 6;
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** An IPv4 address. */
export interface Address {
  readonly address: string;
  readonly number: bigint;
}

/** A network in CIDR notation, or undefined. Host bits are masked; `hasHostBits` states whether there are any. */
export function parseNetwork(text: string): Network | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const network = networkIn(text);
  if (network === undefined) return undefined;
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(text, network);
  return network;
}

/** Loading a topology and rendering its configurations reads the same few networks dozens of times. */
const parsed = new Map<string, Network>();
/** A process that reads many topologies does not keep the networks of all. */
const MOST_PARSED = 10_000;

function networkIn(text: string): Network | undefined {
  const family = /^[\d.]+\/\d{1,2}$/.test(text) ? 4 : /^[\da-f:.]+\/\d{1,3}$/i.test(text) ? 6 : undefined;
  if (family === undefined) return undefined;
  const network = addressOrNone(text, family);
  if (network === undefined) return undefined;
  const first = network.startAddress();
  return {
    cidr: `${first.correctForm()}/${network.subnetMask}`,
    family,
    prefix: network.subnetMask,
    first: first.bigInt(),
    last: network.endAddress().bigInt(),
  };
}

/** Reads the text once: the library's own `isValid` reads it as well and throws the result away. */
function addressOrNone(text: string, family: 4 | 6): Address4 | Address6 | undefined {
  try {
    return family === 4 ? new Address4(text) : new Address6(text);
  } catch {
    return undefined;
  }
}

/** @throws Error for text that is no network; the topology has been checked, so this is a bug */
export function requireNetwork(cidr: string): Network {
  const network = parseNetwork(cidr);
  if (network === undefined) throw new Error(`not a network: ${cidr}`);
  return network;
}

/** True where the address part is not the network's first address: 10.1.0.1/16. */
export function hasHostBits(text: string): boolean {
  const network = parseNetwork(text);
  const address = text.slice(0, text.indexOf('/'));
  if (network === undefined) return false;
  const written = network.family === 4 ? new Address4(address) : new Address6(address);
  return written.bigInt() !== network.first;
}

/** An IPv4 address without a prefix, or undefined. */
export function parseAddress(text: string): Address | undefined {
  if (!/^[\d.]+$/.test(text) || !Address4.isValid(text)) return undefined;
  const address = new Address4(text);
  return { address: address.correctForm(), number: address.bigInt() };
}

export function addressFromNumber(number: bigint): string {
  return Address4.fromBigInt(number).correctForm();
}

export function containsAddress(network: Network, address: Address): boolean {
  return network.family === 4 && network.first <= address.number && address.number <= network.last;
}

/** True where all of `inner` lies in `outer`; a network contains itself. */
export function containsNetwork(outer: Network, inner: Network): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** The same for CIDRs as text; false for a text that is no network, such as the id of a prefix list. */
export function isWithin(inner: string, outer: string): boolean {
  const [part, whole] = [parseNetwork(inner), parseNetwork(outer)];
  return part !== undefined && whole !== undefined && containsNetwork(whole, part);
}

export function overlap(a: Network, b: Network): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The two halves of an IPv4 network, as CIDR blocks; itself alone if a half would be too small for a subnet (/28). */
export function halvesOf(cidr: string): string[] {
  const { first, last, prefix } = requireNetwork(cidr);
  if (prefix >= 28) return [cidr];
  return [first, first + (last - first + 1n) / 2n].map((start) => `${addressFromNumber(start)}/${prefix + 1}`);
}
