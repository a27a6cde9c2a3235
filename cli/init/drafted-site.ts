/** A site of a topology file that is to be written. `note`: a comment beside a value that an operator must check. */
export interface DraftedSite {
  readonly name: string;
  readonly region: string;
  readonly asn: number;
  /** Undefined: the deployment creates the VPC and the routers. */
  readonly vpc: string | undefined;
  readonly cidrs: readonly string[];
  readonly frontSubnets: readonly string[];
  /** Undefined: of created routers, or unknown. */
  readonly instanceRole: string | undefined;
  /** The active router, then the standby. Of an existing VPC without routes to them, the choice is to be checked. */
  readonly routers: readonly [DraftedRouter, DraftedRouter];
  readonly routeTables: readonly { readonly id: string; readonly destinations: readonly string[] }[];
}

export interface DraftedRouter {
  readonly name: string;
  readonly existing?: {
    readonly instance: string;
    readonly eni: string;
    readonly publicAddress: string | undefined;
    /** Its further interfaces that forward: one of them may be meant. */
    readonly otherEnis: readonly string[];
    /** Whether routes show which router carries the traffic. */
    readonly isRoleShown: boolean;
    /** Whether all routes to it are default routes, as to a NAT instance. */
    readonly hasOnlyDefaultRoutes: boolean;
  };
  readonly subnet: string;
  readonly address: string;
  readonly loopback: string;
}

/** Private AS numbers and loopbacks, one for each site. @param nth 1 for the first site */
export function asnOf(nth: number): number {
  return 65_000 + nth;
}

export function loopbackOf(nth: number, router: 1 | 2): string {
  return `10.255.${nth}.${router}`;
}

/** A site that the deployment creates. @param cidr a /16 */
export function createdSite(nth: number, name: string, region: string, cidr: string): DraftedSite {
  const network = cidr.split('.').slice(0, 2).join('.');
  const router = (number: 1 | 2): DraftedRouter => ({
    name: `${name}-${number}`,
    subnet: `${network}.${99 + number}.0/24`,
    address: `${network}.${99 + number}.10`,
    loopback: loopbackOf(nth, number),
  });
  return {
    name,
    region,
    asn: asnOf(nth),
    vpc: undefined,
    cidrs: [cidr],
    frontSubnets: [`${network}.0.0/20`],
    instanceRole: undefined,
    routers: [router(1), router(2)],
    routeTables: [],
  };
}
