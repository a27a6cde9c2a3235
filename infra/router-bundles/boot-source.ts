import type { Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { BootDocument, BootObject, ProgramsVersion } from '#vyos/boot-values.ts';
import type { Right } from '../policy-size.ts';

/** A file that routers download. */
export interface BootFile {
  readonly file: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

export interface BootSourceProps {
  readonly stack: Stack;
  readonly bundle: BootFile & { readonly programs: ProgramsVersion };
  /** The SSM agent's package; undefined: the topology names none. */
  readonly agent: BootFile | undefined;
  readonly parameterName: string;
  /** URL of the site's own API. */
  readonly apiUrl: string;
  /** URLs of the other sites' APIs, by site: those that the stack knows. */
  readonly witnessUrls: Readonly<Record<string, string>>;
  /** Elastic IPs of the created routers, by router. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The site's table, which has the last pushed configuration; undefined: an existing router, which does not read it. */
  readonly table?: { readonly name: string; readonly arn: string };
}

/**
 * What a router boots from, and what is installed on it: the bundle and the SSM agent's package as assets, and a parameter that
 * says where they are, what their SHA-256 is, and all that only a deployment knows. The user data of a created router names the
 * parameter and nothing else, so that a change of these never changes a running instance.
 */
export class BootSource extends Construct {
  readonly parameter: StringParameter;
  /** What a router's role must be allowed. */
  readonly rights: readonly Right[];

  constructor(scope: Construct, id: string, of: BootSourceProps) {
    super(scope, id);
    const { stack, bundle, agent, parameterName, apiUrl, witnessUrls, addresses, table } = of;
    const bundleAsset = new Asset(this, 'Bundle', { path: bundle.file });
    // Of one region, every router has the same object.
    const agentAsset = agent && new Asset(this, 'Agent', { path: agent.file });
    const document: BootDocument = {
      bundle: objectOf(bundleAsset, bundle),
      programs: bundle.programs,
      ...(agentAsset && agent && { agent: objectOf(agentAsset, agent) }),
      apiUrl,
      witnessUrls,
      addresses,
      ...(table && { table: table.name }),
    };
    this.parameter = new StringParameter(this, 'Parameter', {
      parameterName,
      description: 'What a router of vyos-failover boots from, and what is installed on it',
      // Beyond 4 KB, from some 80 routers on, as an advanced parameter.
      tier: ParameterTier.INTELLIGENT_TIERING,
      stringValue: stack.toJsonString(document),
    });
    const objects = [bundleAsset, agentAsset].flatMap((asset) =>
      asset === undefined ? [] : [`${asset.bucket.bucketArn}/${asset.s3ObjectKey}`],
    );
    this.rights = [
      ...installRights(parameterArn(stack, parameterName), objects),
      ...(table ? [{ actions: ['dynamodb:GetItem'], resources: [table.arn], conditions: PUSHED_CONFIGURATIONS }] : []),
    ];
  }
}

/** To read a boot parameter, and the objects that it names. */
export function installRights(parameter: string, objects: readonly string[]): Right[] {
  return [
    { actions: ['ssm:GetParameter'], resources: [parameter] },
    { actions: ['s3:GetObject'], resources: objects },
  ];
}

function objectOf(asset: Asset, { sha256 }: BootFile): BootObject {
  return { bucket: asset.s3BucketName, key: asset.s3ObjectKey, sha256 };
}

function parameterArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) });
}

/** The items of config-push alone, which hold names of keys and no keys. IAM knows no finer limit than the partition key. */
const PUSHED_CONFIGURATIONS = {
  'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'push' },
  // ForAllValues holds where there is no key at all.
  Null: { 'dynamodb:LeadingKeys': 'false' },
};
