import type { Construct } from 'constructs';

/**
 * The feature flags of CDK that change a template of ours; all others, on or off, make the same one. They are set in code so that
 * `cdk deploy`, the tests, `emulate` and an app with another cdk.json deploy the same template.
 */
export const FEATURE_FLAGS = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
} as const;

/** Sets the flags for a construct and all below it. It must have no children yet. */
export function pinFeatureFlags({ node }: Construct): void {
  for (const [flag, value] of Object.entries(FEATURE_FLAGS)) node.setContext(flag, value);
}
