/**
 * What exists in the account before any stack is deployed: the VPCs, routers and route tables that the user already
 * runs. A plain fixture that can be written by hand; the caller chooses the ids.
 */
export interface Account {
  /** Twelve digits. Default `123456789012`. */
  readonly id?: string;
  readonly regions: Readonly<Record<string, RegionFixture>>;
  /** IAM's quota, which can be raised to 20. Default 10. */
  readonly managedPoliciesPerRole?: number;
  /**
   * Other quotas that AWS has raised for it, by what `emulator/resources/limits.ts` calls them; EC2's are `VPCs`,
   * `Elastic IP addresses` and `vCPUs`, each of a region.
   */
  readonly raisedQuotas?: Readonly<Record<string, number>>;
  /**
   * Slack workspaces that the account has authorized in the console of Amazon Q Developer in chat applications, with the ids of their
   * channels. Default: none.
   */
  readonly slack?: Readonly<Record<string, readonly string[]>>;
}

export interface RegionFixture {
  readonly vpcs: readonly {
    readonly id: string;
    /** The primary CIDR block. */
    readonly cidr: string;
    /** Its other CIDR blocks, IPv4 or IPv6. */
    readonly moreCidrs?: readonly string[];
  }[];
  readonly subnets: readonly {
    readonly id: string;
    readonly vpc: string;
    readonly cidr: string;
    /** Availability Zone. Default: the region's first. */
    readonly zone?: string;
  }[];
  readonly interfaces: readonly InterfaceFixture[];
  readonly instances: readonly InstanceFixture[];
  readonly routeTables: readonly RouteTableFixture[];
  readonly prefixLists?: readonly { readonly id: string; readonly name: string; readonly entries: readonly string[] }[];
  /** Availability Zones. Default: the region's name with a, b and c. */
  readonly zones?: readonly string[];
  /** Machine images that the account can find. Default: none. */
  readonly images?: readonly ImageFixture[];
  /** Instance types that a zone does not offer, by zone. Default: every zone offers every type. */
  readonly unsupportedTypes?: Readonly<Record<string, readonly string[]>>;
  /** SSM Parameter Store. */
  readonly parameters?: readonly {
    readonly name: string;
    readonly type: 'String' | 'SecureString';
    readonly value: string;
  }[];
}

export interface ImageFixture {
  readonly id: string;
  readonly name: string;
  /** Account id of its owner. */
  readonly owner: string;
  /** Default `x86_64`. */
  readonly architecture?: 'x86_64' | 'arm64';
  /** Default `/dev/xvda`. */
  readonly rootDevice?: string;
  /** ISO 8601. Default 2026-01-01T00:00:00.000Z. */
  readonly createdAt?: string;
  /** Code of its Marketplace product. Default: it is not of the Marketplace. */
  readonly product?: string;
  /** Whether the account has subscribed to the product. Default true; without it a launch is refused. */
  readonly subscribed?: boolean;
}

export interface InterfaceFixture {
  readonly id: string;
  readonly subnet: string;
  readonly address: string;
  readonly publicAddress?: string;
  /** Default true, as EC2 does; a router needs false. */
  readonly sourceDestCheck?: boolean;
}

export interface InstanceFixture {
  readonly id: string;
  /** Device index 0, 1, … */
  readonly interfaces: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Instance role: its credentials are served by the emulated metadata service. */
  readonly role?: { readonly name: string; readonly managedPolicies: readonly string[] };
  /** How Run Command executes on it; omitted: no SSM agent has ever registered, and commands are refused. */
  readonly shell?: ShellFixture;
}

/** A directory and environment in which Run Command's script runs, as the router would run it. */
export interface ShellFixture {
  /** Put before PATH: where the simulated `vtysh`, `serf`, … live. */
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its arguments, put before the script's own: what takes it into the router's namespace. */
  readonly enter?: readonly string[];
}

export interface RouteTableFixture {
  readonly id: string;
  readonly vpc: string;
  readonly main?: boolean;
  readonly subnets?: readonly string[];
  readonly gateway?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly routes: readonly {
    /** IPv4 or IPv6 CIDR, or `pl-…`. */
    readonly destination: string;
    /** `eni-…`, `igw-…`, `local`, … */
    readonly target: string;
    readonly origin?: 'CreateRouteTable' | 'CreateRoute' | 'EnableVgwRoutePropagation' | 'Advertisement';
  }[];
}
