import type { Guest } from '#emulator/ec2/guests.ts';
import { architectureOf } from '#emulator/ec2/instance-types.ts';
import { partitionOf } from '#emulator/partition.ts';

/** The metadata service's documents of an instance role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** ms since the epoch. */
  readonly expiration: number;
}

interface Instance {
  readonly account: string;
  readonly credentials: () => RoleCredentials | undefined;
  /** ms since the epoch. */
  readonly now: number;
}

/**
 * The document under a path, undefined if there is none.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
export function documentAt(path: string, guest: Guest, instance: Instance): string | Buffer | undefined {
  const { account, credentials, now } = instance;
  const texts: Readonly<Record<string, () => string | Buffer | undefined>> = {
    '/latest/meta-data/instance-id': () => guest.instance,
    '/latest/meta-data/instance-type': () => guest.type,
    '/latest/meta-data/local-ipv4': () => guest.address,
    '/latest/meta-data/placement/region': () => guest.region,
    '/latest/meta-data/services/domain': () => partitionOf(guest.region).suffix,
    '/latest/meta-data/services/partition': () => partitionOf(guest.region).name,
    '/latest/meta-data/placement/availability-zone': () => guest.zone,
    '/latest/dynamic/instance-identity/document': () => identityText(guest, account),
    // Decoded from Base64, and otherwise as the launch stated it: compressed data stays compressed.
    '/latest/user-data': () => (guest.userData === undefined ? undefined : Buffer.from(guest.userData, 'base64')),
    ...roleDocuments(guest, credentials, now),
    ...tagDocuments(guest),
  };
  return Object.hasOwn(texts, path) ? texts[path]?.() : undefined;
}

/** A directory answers with and without the slash at its end. */
function directory(path: string, entries: Readonly<Record<string, () => string | undefined>>) {
  const list = () => Object.keys(entries).join('\n');
  return {
    [path]: list,
    [`${path}/`]: list,
    ...Object.fromEntries(Object.entries(entries).map(([name, read]) => [`${path}/${name}`, read])),
  };
}

function roleDocuments({ role }: Guest, credentials: Instance['credentials'], now: number) {
  if (role === undefined) return {};
  const name = role.slice(role.lastIndexOf('/') + 1);
  return directory('/latest/meta-data/iam/security-credentials', { [name]: () => credentialsText(credentials(), now) });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html: only where the instance's options say so. */
function tagDocuments({ tags, metadata }: Guest) {
  if (metadata.tags !== true) return {};
  const entries = Object.entries(tags).map(([key, value]) => [key, () => value] as const);
  return directory('/latest/meta-data/tags/instance', Object.fromEntries(entries));
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

function identityText({ instance, region, address, zone, type }: Guest, accountId: string): string {
  const document = {
    accountId,
    architecture: architectureOf(type),
    availabilityZone: zone,
    instanceId: instance,
    instanceType: type,
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
