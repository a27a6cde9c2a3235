import { parse, stringify } from 'yaml';

interface File {
  readonly sites: Readonly<Record<string, unknown>>;
}

/** The example with its first site alone, and a router outside at the other end of its tunnels: half as much to deploy and to run. */
export function oneSite(text: string): string {
  const { sites, ...others } = parse(text) as File;
  const [[name, site] = ['', {}]] = Object.entries(sites);
  const farEnd = { publicAddress: '192.0.2.50', asn: 65_100, networks: ['172.16.0.0/16'], loopback: '10.255.100.1' };
  return stringify({ ...others, sites: { [name]: site }, farEnds: { office: farEnd } });
}
