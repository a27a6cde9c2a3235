import type { Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { BootDocument } from '#vyos/boot-values.ts';
import type { Right } from '../policy-size.ts';

export interface BootSourceProps {
  readonly stack: Stack;
  /** The bundle, as a file. */
  readonly bundle: { readonly file: string; readonly sha256: string };
  readonly parameterName: string;
  /** URL of the site's own API. */
  readonly apiUrl: string;
  /** URLs of the other sites' APIs, by site. */
  readonly witnessUrls: Readonly<Record<string, string>>;
  /** Elastic IPs of the created routers, by router. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The site's table, which has the last pushed configuration. */
  readonly table: { readonly name: string; readonly arn: string };
}

/**
 * What a created router boots from: the bundle as an asset, and a parameter that says where it is, what its SHA-256 is, and all
 * that only a deployment knows. The user data names the parameter and nothing else, so that a change of these never
 * changes a running instance.
 */
export class BootSource extends Construct {
  readonly parameter: StringParameter;
  /** What a router's role must be allowed. */
  readonly rights: readonly Right[];

  constructor(scope: Construct, id: string, of: BootSourceProps) {
    super(scope, id);
    const { stack, bundle, parameterName, apiUrl, witnessUrls, addresses, table } = of;
    const asset = new Asset(this, 'Bundle', { path: bundle.file });
    const document: BootDocument = {
      bundle: { bucket: asset.s3BucketName, key: asset.s3ObjectKey, sha256: bundle.sha256 },
      apiUrl,
      witnessUrls,
      addresses,
      table: table.name,
    };
    this.parameter = new StringParameter(this, 'Parameter', {
      parameterName,
      description: 'What a router of vyos-failover boots from',
      // Beyond 4 KB, from some 80 routers on, as an advanced parameter.
      tier: ParameterTier.INTELLIGENT_TIERING,
      stringValue: stack.toJsonString(document),
    });
    const parameterArn = stack.formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: parameterName.slice(1),
    });
    const objectArn = `${asset.bucket.bucketArn}/${asset.s3ObjectKey}`;
    this.rights = [
      { actions: ['ssm:GetParameter'], resources: [parameterArn] },
      { actions: ['s3:GetObject'], resources: [objectArn] },
      { actions: ['dynamodb:GetItem'], resources: [table.arn], conditions: PUSHED_CONFIGURATIONS },
    ];
  }
}

/** The items of config-push alone, which hold names of keys and no keys. IAM knows no finer limit than the partition key. */
const PUSHED_CONFIGURATIONS = {
  'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'push' },
  // ForAllValues holds where there is no key at all.
  Null: { 'dynamodb:LeadingKeys': 'false' },
};
