/** What the region offers and permits; no API call changes it. */
export interface Catalog {
  /** Names of the Availability Zones. */
  readonly zones: readonly string[];
  readonly images: ReadonlyMap<string, Image>;
  /** Instance types that a zone does not offer, by zone. */
  readonly unsupportedTypes: Readonly<Record<string, readonly string[]>>;
  readonly quotas: Quotas;
}

/** Default quotas: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
export interface Quotas {
  readonly vpcs: number;
  readonly elasticIps: number;
  /** Of running instances of the Standard types (A, C, D, H, I, M, R, T, Z). */
  readonly vcpus: number;
  /** In each direction of a security group. */
  readonly rulesPerGroup: number;
  readonly groupsPerInterface: number;
}

export interface Image {
  readonly id: string;
  readonly name: string;
  /** Account id. */
  readonly owner: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** The device of its only volume. */
  readonly rootDevice: string;
  /** Marketplace product code. */
  readonly product: string | undefined;
  /** Whether the account subscribed to the product. */
  readonly subscribed: boolean;
  /** ms since the epoch. */
  readonly createdAt: number;
}
