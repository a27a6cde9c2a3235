import { Address4, Address6 } from 'ip-address';

export interface Cidr {
  readonly family: 'ipv4' | 'ipv6';
  /** Canonical: host bits cleared, IPv6 in its short form. */
  readonly text: string;
  /** Prefix length. */
  readonly length: number;
}

const canonicals = new Map<string, Cidr | undefined>();

/** The block in canonical form, as EC2 keeps it (100.68.0.18/18 becomes 100.68.0.0/18); undefined: not a CIDR. */
export function canonical(text: string): Cidr | undefined {
  // Every request for a route asks for the same few.
  if (!canonicals.has(text)) canonicals.set(text, canonicalOf(text));
  return canonicals.get(text);
}

function canonicalOf(text: string): Cidr | undefined {
  if (!/^[0-9a-fA-F:.]+\/\d{1,3}$/.test(text)) return undefined;
  const address = parse(text);
  if (address === undefined) return undefined;
  const { start, family } = address;
  return { family, text: `${start}/${address.length}`, length: address.length };
}

function parse(text: string): { family: Cidr['family']; start: string; length: number } | undefined {
  if (Address4.isValid(text)) {
    const block = new Address4(text);
    return { family: 'ipv4', start: block.startAddress().correctForm(), length: block.subnetMask };
  }
  if (Address6.isValid(text)) {
    const block = new Address6(text);
    return { family: 'ipv6', start: block.startAddress().correctForm(), length: block.subnetMask };
  }
  return undefined;
}

/** Whether the address or block `inner` lies wholly inside the block `outer`. False for different families. */
export function contains(outer: string, inner: string): boolean {
  if (Address4.isValid(outer)) return Address4.isValid(inner) && new Address4(inner).isInSubnet(new Address4(outer));
  return Address6.isValid(inner) && new Address6(inner).isInSubnet(new Address6(outer));
}

/** Whether two blocks have an address in common. */
export function overlap(a: string, b: string): boolean {
  return contains(a, b) || contains(b, a);
}

/** The first four addresses of an IPv4 block and its last: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
export function reservedAddresses(block: string): string[] {
  const { first, last } = edges(block);
  return [first, first + 1n, first + 2n, first + 3n, last].map(addressOf);
}

/** The lowest address of an IPv4 block that is neither reserved nor taken. Undefined: the block is full. */
export function freeAddress(block: string, taken: ReadonlySet<string>): string | undefined {
  const { first, last } = edges(block);
  for (let number = first + 4n; number < last; number += 1n) {
    const address = addressOf(number);
    if (!taken.has(address)) return address;
  }
  return undefined;
}

/** How many addresses an IPv4 block has beside the reserved ones. */
export function usableAddresses(block: string): number {
  const { first, last } = edges(block);
  return Number(last - first) + 1 - 5;
}

function edges(block: string): { readonly first: bigint; readonly last: bigint } {
  const address = new Address4(block);
  return { first: address.startAddress().bigInt(), last: address.endAddress().bigInt() };
}

function addressOf(number: bigint): string {
  return Address4.fromBigInt(number).correctForm();
}
