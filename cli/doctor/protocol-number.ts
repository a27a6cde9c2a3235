const NUMBERS: Readonly<Record<string, string>> = { icmp: '1', tcp: '6', udp: '17' };

/** The number of an IP protocol, or `-1` for all. @param protocol a name that EC2 has for some, or the number */
export function protocolNumber(protocol: string): string {
  return NUMBERS[protocol] ?? protocol;
}
