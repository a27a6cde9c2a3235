import type { Guest } from '#emulator/ec2/service.ts';
import { partitionOf } from '#emulator/partition.ts';

/** The metadata service's documents of an instance role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** ms since the epoch. */
  readonly expiration: number;
}

/**
 * The text under a path, undefined if there is none.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
export function documentAt(
  path: string,
  guest: Guest,
  { account, credentials, now }: { account: string; credentials: () => RoleCredentials | undefined; now: number },
): string | undefined {
  const roles = '/latest/meta-data/iam/security-credentials/';
  if (path === roles || path === roles.slice(0, -1)) return guest.role;
  if (path.startsWith(roles)) {
    return guest.role !== undefined && path === `${roles}${guest.role}`
      ? credentialsText(credentials(), now)
      : undefined;
  }
  const texts: Readonly<Record<string, string | undefined>> = {
    '/latest/meta-data/instance-id': guest.instance,
    '/latest/meta-data/local-ipv4': guest.address,
    '/latest/meta-data/placement/region': guest.region,
    '/latest/meta-data/services/domain': partitionOf(guest.region).suffix,
    '/latest/meta-data/services/partition': partitionOf(guest.region).name,
    '/latest/meta-data/placement/availability-zone': `${guest.region}a`,
    '/latest/dynamic/instance-identity/document': identityText(guest, account),
  };
  return Object.hasOwn(texts, path) ? texts[path] : undefined;
}

function credentialsText(credentials: RoleCredentials | undefined, now: number): string | undefined {
  if (credentials === undefined) return undefined;
  return JSON.stringify({
    Code: 'Success',
    LastUpdated: isoSeconds(now),
    Type: 'AWS-HMAC',
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: isoSeconds(credentials.expiration),
  });
}

function identityText({ instance, region, address }: Guest, accountId: string): string {
  const document = {
    accountId,
    architecture: 'x86_64',
    availabilityZone: `${region}a`,
    instanceId: instance,
    instanceType: 't3.medium',
    privateIp: address,
    region,
    version: '2017-09-30',
  };
  return JSON.stringify(document, undefined, 2);
}

/** The metadata service writes no fractions of a second. */
function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
