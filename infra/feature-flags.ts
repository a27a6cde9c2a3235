import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * The feature flags of CDK that change a template of ours; all others, on or off, make the same one. They are set in code so that
 * `cdk deploy`, the tests, `emulate` and an app with another cdk.json deploy the same template.
 */
export const FEATURE_FLAGS = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
} as const;

/**
 * Sets the flags for the stack of a scope, because CDK reads both flags there. A stack with content keeps those of its app: its policies
 * then permit the same, in more statements, and name the partition by a reference.
 *
 * @returns the scope
 */
export function withFeatureFlags<Scope extends Construct>(scope: Scope): Scope {
  const { node } = Stack.of(scope);
  if (node.children.length > 0) return scope;
  for (const [flag, value] of Object.entries(FEATURE_FLAGS)) node.setContext(flag, value);
  return scope;
}
