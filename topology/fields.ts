/** The leaves of the topology file: the checks of single values, with the texts for editors and for mistakes. */
import * as z from 'zod';
import { durationPattern, longestDurationMs, parseDuration } from './duration.ts';
import type { MistakeKind } from './mistakes.ts';
import { show } from './mistakes.ts';
import { containsAddress, hasHostBits, overlap, parseAddress, parseNetwork, requireNetwork } from './networks.ts';
import { ssmNameFault, ssmNamePattern } from './ssm-name.ts';
import { awsLinkLocal } from './tunnel-networks.ts';

/** What is wrong with one value, and what to do. */
export interface ValueFault {
  readonly fault: string;
  readonly hint: string;
}

/** Attached to a zod issue, so that the loader does not parse its message. */
export interface IssueParams extends ValueFault {
  readonly kind: MistakeKind;
}

interface TextOptions {
  readonly description: string;
  readonly examples: readonly string[];
  /** For editors only; `check` decides. */
  readonly pattern: string;
  readonly check: (text: string) => ValueFault | undefined;
}

/** A text with its own check. The pattern goes into the JSON Schema; the fault of the check goes into the mistake. */
export function text({ description, examples, pattern, check }: TextOptions) {
  return z
    .string()
    .check((context) => {
      const fault = check(context.value);
      if (fault === undefined) return;
      const params: IssueParams = { kind: 'wrong-value', ...fault };
      context.issues.push({ code: 'custom', message: fault.fault, input: context.value, params: { ...params } });
    })
    .meta({ description, examples: [...examples], pattern });
}

/** Every value of a list once. */
export function unique(what: string) {
  return (context: z.core.ParsePayload<string[]>): void => {
    context.value.forEach((value, index) => {
      if (context.value.indexOf(value) === index) return;
      const fault = `the ${what} ${show(value)} is there twice`;
      const params: IssueParams = { kind: 'duplicate', fault, hint: 'remove one of them' };
      context.issues.push({ code: 'custom', path: [index], message: fault, input: value, params: { ...params } });
    });
  };
}

/** An AWS id: a prefix and 8 (before 2016) or 17 hex digits. */
export function awsId(prefix: string, description: string) {
  return text({
    description,
    pattern: awsIdPattern(prefix),
    examples: [`${prefix}-0a1b2c3d4e5f60001`],
    check: (value) => awsIdFault(prefix, value),
  });
}

/** Why a text is not an AWS id with this prefix; undefined if it is one. */
export function awsIdFault(prefix: string, value: string): ValueFault | undefined {
  return new RegExp(awsIdPattern(prefix)).test(value) ? undefined : notAnAwsId(prefix, value);
}

function awsIdPattern(prefix: string): string {
  return `^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`;
}

function notAnAwsId(prefix: string, value: string): ValueFault {
  return {
    fault: `${show(value)} is not an id of the form ${prefix}-…`,
    hint: `write ${prefix}- and 8 or 17 of the digits 0-9 a-f, as the AWS console shows it`,
  };
}

export function ipv4Address(description: string, example: string) {
  return text({ description, pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$', examples: [example], check: addressFault });
}

/** The address at which tunnels end. Packets to a link-local address do not leave the sender's own link (RFC 3927). */
export function publicAddress(description: string, example: string) {
  const check = (value: string) => addressFault(value) ?? linkLocalFault(value);
  return text({ description, pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$', examples: [example], check });
}

const emailPattern = '^[^\\s@,;<>]+@[^\\s@,;<>]+\\.[A-Za-z0-9-]+$';

export const emailAddress = text({
  description:
    'An address that gets the messages of the site. It must confirm the subscription by the link that AWS sends.',
  pattern: emailPattern,
  examples: ['on-call@example.com'],
  check: (value) =>
    new RegExp(emailPattern).test(value)
      ? undefined
      : {
          fault: `${show(value)} is not an e-mail address`,
          hint: 'write one address, for example on-call@example.com',
        },
});

/** An id of Slack, such as `T0123ABCD`: https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html */
export function slackId(what: string, letters: string, example: string, description: string) {
  const pattern = `^[${letters}][A-Z0-9]{2,30}$`;
  const first = letters.split('').join(' or ');
  return text({
    description,
    pattern,
    examples: [example],
    check: (value) =>
      new RegExp(pattern).test(value)
        ? undefined
        : {
            fault: `${show(value)} is not the id of a Slack ${what}`,
            hint: `write the id and not the name: it begins with ${first}, and has capital letters and digits, for example ${example}`,
          },
  });
}

function addressFault(value: string): ValueFault | undefined {
  const address = parseAddress(value);
  if (address === undefined) {
    const hint = value.includes('/')
      ? 'write it without the /…'
      : 'write four numbers from 0 to 255, for example 10.1.100.10';
    return { fault: `${show(value)} is not an IPv4 address`, hint };
  }
  if (!isReserved(address.number) && !containsAddress(awsLinkLocal, address)) return undefined;
  return {
    fault: `${value} cannot be the address of a router`,
    hint: `0.0.0.0/8, 127.0.0.0/8, ${awsLinkLocal.cidr} and 224.0.0.0 and above are reserved; write a unicast address`,
  };
}

function linkLocalFault(value: string): ValueFault | undefined {
  const address = parseAddress(value);
  if (address === undefined || !containsAddress(linkLocal, address)) return undefined;
  return {
    fault: `${value} is a link-local address, which no other network reaches`,
    hint: 'write the address to which the other ends send their packets: an Elastic IP, or the address of the device',
  };
}

/** In 0.0.0.0/8, 127.0.0.0/8, or multicast and above: no host has such an address. */
function isReserved(number: bigint): boolean {
  const firstByte = Number(number >> 24n);
  return firstByte === 0 || firstByte === 127 || firstByte >= 224;
}

const ipv4NetworkPattern = '^\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}$';

/**
 * An IPv4 network whose prefix length lies in a range. The range begins at 8 or more: `use` may assume that the network is within one /8.
 *
 * @param use why it cannot be used here. Default: nothing more is checked; one that must be in a VPC is checked there
 */
export function ipv4Network(
  description: string,
  example: string,
  prefix: { min: number; max: number },
  use: TextOptions['check'] = () => undefined,
) {
  return text({
    description,
    pattern: ipv4NetworkPattern,
    examples: [example],
    check: (value) => networkFault(value) ?? ipv4Fault(value, prefix) ?? use(value),
  });
}

/** Why no host can have an address of an IPv4 network (/8 or longer); undefined if one can. */
export function reservedFault(value: string): ValueFault | undefined {
  const network = parseNetwork(value);
  if (network === undefined || !isReserved(network.first)) return undefined;
  return {
    fault: `${value} is reserved, and no host has an address of it`,
    hint: 'write a network outside 0.0.0.0/8, 127.0.0.0/8 and 224.0.0.0 and above',
  };
}

/** https://www.rfc-editor.org/rfc/rfc3927#section-2.7 */
const linkLocal = requireNetwork('169.254.0.0/16');

/** Why an IPv4 network (/8 or longer) cannot be behind a router; undefined if it can. */
export function unroutedFault(value: string): ValueFault | undefined {
  const network = parseNetwork(value);
  if (network === undefined || !overlap(network, linkLocal)) return reservedFault(value);
  return {
    fault: `${value} holds link-local addresses, which are not routed`,
    hint: `write networks without ${linkLocal.cidr}: tunnels and AWS’s own services have addresses of it`,
  };
}

export const vpcNetwork = (description: string) =>
  text({
    description,
    pattern: ipv4NetworkPattern,
    examples: ['10.1.0.0/16'],
    check: (value) => vpcNetworkFault(value),
  });

/**
 * Why a text cannot be the IPv4 network of a VPC; undefined if it can.
 *
 * @param prefix lengths that are accepted. Default: those that EC2 accepts
 */
export function vpcNetworkFault(value: string, prefix = { min: 16, max: 28 }): ValueFault | undefined {
  const fault = networkFault(value) ?? ipv4Fault(value, prefix);
  if (fault !== undefined || unroutedFault(value) === undefined) return fault;
  return {
    fault: `${value} cannot be a VPC`,
    hint: 'use private addresses: in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
  };
}

/** Why a text is not an IPv4 or IPv6 network; undefined if it is one. */
function networkFault(value: string): ValueFault | undefined {
  const network = parseNetwork(value);
  if (network === undefined) {
    const hint = value.includes('/') ? 'write it as 10.1.0.0/16' : 'add the prefix length, as in 10.1.0.0/16';
    return { fault: `${show(value)} is not a network`, hint };
  }
  if (!hasHostBits(value)) return undefined;
  return { fault: `${value} has host bits set`, hint: `the network is written ${network.cidr}` };
}

function ipv4Fault(value: string, { min, max }: { min: number; max: number }): ValueFault | undefined {
  const network = parseNetwork(value);
  if (network === undefined) return undefined;
  if (network.family === 6) return { fault: `${value} is an IPv6 network`, hint: 'write an IPv4 network' };
  if (network.prefix >= min && network.prefix <= max) return undefined;
  return {
    fault: `the prefix length /${network.prefix} is out of range`,
    hint: min === max ? `use the prefix length /${min}` : `use a prefix length from /${min} to /${max}`,
  };
}

export const destination = text({
  description: 'The destination of the route: an IPv4 or IPv6 network, or a customer-managed prefix list.',
  pattern: '^([0-9a-fA-F:.]+/\\d{1,3}|pl-([0-9a-f]{8}|[0-9a-f]{17}))$',
  examples: ['10.2.0.0/20', '0.0.0.0/0', '2001:db8:2::/56', 'pl-0a1b2c3d4e5f60031'],
  check: (value) => {
    if (!value.startsWith('pl-')) return networkFault(value);
    return /^pl-([0-9a-f]{8}|[0-9a-f]{17})$/.test(value) ? undefined : notAnAwsId('pl', value);
  },
});

/** All names of Regions end in a direction and a number. */
const regionPattern = '^[a-z]{2,5}(-[a-z]+)?-(central|(north|south)?(east|west)|north|south)-\\d{1,2}$';

export const account = text({
  description:
    'The AWS account that the topology is deployed in, in quotes. With credentials of another one, commands and cdk deploy refuse. ' +
    'Default: the account of the credentials.',
  pattern: '^[0-9]{12}$',
  examples: ['"123456789012"'],
  check: (value) =>
    /^\d{12}$/.test(value)
      ? undefined
      : { fault: `${show(value)} is not the number of an AWS account`, hint: 'write its 12 digits, in quotes' },
});

export const region = text({
  description: 'The AWS region.',
  pattern: regionPattern,
  examples: ['ap-northeast-1', 'us-east-1'],
  check: regionFault,
});

/** Why a text is not the name of a Region; undefined if it has the form of one. */
export function regionFault(value: string): ValueFault | undefined {
  if (new RegExp(regionPattern).test(value)) return undefined;
  return {
    fault: `${show(value)} is not the name of an AWS region`,
    hint: 'write it as in ap-northeast-1 (area, direction, number; no zone letter)',
  };
}

const zonePattern = '^[a-z]{2,5}(-[a-z]+){1,2}-\\d{1,2}[a-z]$';

/** A zone's name, not its id: the names are the account's own. */
export const zone = (description: string) =>
  text({
    description,
    pattern: zonePattern,
    examples: ['ap-northeast-1a'],
    check: (value) =>
      new RegExp(zonePattern).test(value)
        ? undefined
        : { fault: `${show(value)} is not the name of an Availability Zone`, hint: 'write it as in ap-northeast-1a' },
  });

const imageId = /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/;
const imageParameter = /^ssm:\/[A-Za-z0-9_./-]+$/;

/** By its id, by a public SSM parameter, or by owner and name, of which the newest is taken. */
export const image = z
  .union([
    text({
      description: 'An AMI by its id, or by an SSM parameter that holds the id.',
      pattern: `${imageId.source}|${imageParameter.source}`,
      examples: ['ami-0a1b2c3d4e5f60001', 'ssm:/golden/vyos-1.4'],
      check: (value) =>
        imageId.test(value) || imageParameter.test(value)
          ? undefined
          : { fault: `${show(value)} is not an image`, hint: 'write ami-… , ssm:/NAME, or { owner: …, name: … }' },
    }),
    z.strictObject({
      owner: text({
        description: 'The account that owns the image. VyOS in AWS Marketplace: "679593333241".',
        pattern: '^(\\d{12}|self|amazon|aws-marketplace)$',
        examples: ['679593333241'],
        check: (value) =>
          /^(\d{12}|self|amazon|aws-marketplace)$/.test(value)
            ? undefined
            : { fault: `${show(value)} is not an account`, hint: 'write 12 digits in quotes, or self' },
      }),
      name: z
        .string()
        .min(3)
        .max(128)
        .meta({ description: 'Its name; * stands for any text.', examples: ['VyOS 1.4*'] }),
    }),
  ])
  .meta({
    description:
      'The VyOS image of routers that are to be created: ami-…, ssm:/NAME, or { owner, name } (the newest). Default: VyOS’s own in AWS ' +
      'Marketplace, of the router’s version; the account must be subscribed to it.',
  });

/** A `g` behind the generation: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
const armType = /^(a1|[a-z]+\d+g[a-z]*)\./;

export const instanceType = text({
  description: 'The EC2 instance type of routers that are to be created (x86_64). Default: c5n.large.',
  pattern: '^[a-z][a-z0-9-]*\\.[a-z0-9-]+$',
  examples: ['c5n.large', 't3.medium'],
  check: (value) => {
    if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(value))
      return { fault: `${show(value)} is not an instance type`, hint: 'write it as in c5n.large' };
    if (!armType.test(value)) return undefined;
    return { fault: `${value} has an ARM processor`, hint: 'VyOS images are for x86_64: use a type such as c5n.large' };
  },
});

/** Reserved AS numbers: https://www.iana.org/assignments/iana-as-numbers-special-registry */
const reservedAsns: readonly number[] = [23456, 65535];

export const asn = (description: string, example: number) =>
  z
    .int()
    .min(1)
    .max(4_294_967_294)
    .check((context) => {
      if (!reservedAsns.includes(context.value)) return;
      const fault = `AS ${context.value} is reserved`;
      const params: IssueParams = { kind: 'wrong-value', fault, hint: 'use a private AS number: 64512 to 65534' };
      context.issues.push({ code: 'custom', message: fault, input: context.value, params: { ...params } });
    })
    .meta({ description, examples: [example] });

export const interfaceName = text({
  description: 'The VyOS name of the interface that the routes point at. Default: eth0.',
  pattern: '^eth\\d{1,3}$',
  examples: ['eth0'],
  check: (value) =>
    /^eth\d{1,3}$/.test(value)
      ? undefined
      : { fault: `${show(value)} is not a VyOS ethernet interface`, hint: 'write eth0, eth1, …' },
});

export const duration = (description: string, example: string) =>
  text({
    description,
    pattern: durationPattern,
    examples: [example, '300s', '1h30m'],
    check: (value) => {
      const ms = parseDuration(value);
      if (ms === undefined) return { fault: `${show(value)} is not a duration`, hint: 'write it as 5m, 300s or 1h30m' };
      return ms <= longestDurationMs ? undefined : { fault: `${value} is longer than a day`, hint: 'use 24h or less' };
    },
  });

/** VyOS accepts 10 ms to 60 s. */
export const bfdInterval = text({
  description:
    'Time between two BFD packets. Default: 50ms. At the same detection time, many short intervals tolerate more packet ' +
    'loss than a few long ones.',
  pattern: durationPattern,
  examples: ['50ms', '300ms'],
  check: (value) => {
    const ms = parseDuration(value);
    if (ms === undefined) return { fault: `${show(value)} is not a duration`, hint: 'write it as 50ms' };
    return ms >= 10 && ms <= 60_000
      ? undefined
      : { fault: `the BFD interval ${value} is out of range`, hint: 'use 10ms to 60s' };
  },
});

/** Under 100 ms a single answer may be too slow; above a minute failover is pointless. */
export const confirmation = text({
  description:
    'How long a router probes its silent peer before it reports the peer failed. A longer time causes fewer false alarms where ' +
    'routers freeze or links lose packets, and makes each outage longer by as much. Default: 300ms; 1s with prefer: safety.',
  pattern: durationPattern,
  examples: ['300ms', '1s'],
  check: (value) => {
    const ms = parseDuration(value);
    if (ms === undefined) return { fault: `${show(value)} is not a duration`, hint: 'write it as 300ms' };
    return ms >= 100 && ms <= 60_000
      ? undefined
      : { fault: `the confirmation time ${value} is out of range`, hint: 'use 100ms to 60s' };
  },
});

export const ssmName = text({
  description:
    'The name of the SSM parameter (SecureString) that holds the tunnel’s pre-shared key; never the key itself. ' +
    'Default: /vyos-failover/<name>/psk/<first router>--<second router>.',
  pattern: ssmNamePattern,
  examples: ['/vyos-failover/tokyo-virginia/psk/tokyo-1--virginia-1'],
  check: (value) => {
    const fault = ssmNameFault(value);
    if (fault === undefined) return undefined;
    return { fault, hint: 'write the name of an SSM SecureString, for example /vyos-failover/NAME/psk/ROUTER--ROUTER' };
  },
});

const roleName = /^[A-Za-z0-9+=,.@_-]{1,64}$/;

/** IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const instanceRole = (description: string) =>
  text({
    description,
    pattern: roleName.source,
    examples: ['tokyo-router'],
    check: (value) => {
      if (roleName.test(value)) return undefined;
      const last = value.split('/').at(-1) ?? '';
      const isProfile = value.includes(':instance-profile/');
      if (value.includes('/') && !isProfile && roleName.test(last)) {
        const what = value.startsWith('arn:') ? 'an ARN' : 'a name with its path';
        return { fault: `${show(value)} is ${what}, not the name of an IAM role`, hint: `write ${last}` };
      }
      return {
        fault: `${show(value)} is not the name of an IAM role`,
        hint: isProfile
          ? 'this is an instance profile: write the name of its role'
          : 'write the name without path or ARN: 1 to 64 of A-Z a-z 0-9 + = , . @ _ -',
      };
    },
  });

const label = /^(?!.*--)[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const namePattern = label.source;

/** Why a text cannot name a topology, site, router or far end; undefined if it can. */
export function nameFault(what: string, value: string): ValueFault | undefined {
  if (label.test(value)) return undefined;
  return {
    fault: `${show(value)} cannot be the name of a ${what}`,
    hint: 'the name becomes a host name: use 1 to 63 of a-z, 0-9 and single hyphens, begin with a letter, do not end with a hyphen',
  };
}

export const routerNamePattern = '^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$';

/** A router's name is its host name, which has two characters or more in every version of VyOS (`system host-name`). */
export function routerNameFault(value: string): ValueFault | undefined {
  const fault = nameFault('router', value);
  if (fault !== undefined || value.length > 1) return fault;
  return {
    fault: `${show(value)} cannot be the name of a router`,
    hint: 'VyOS accepts no host name of one character: use 2 to 63',
  };
}
