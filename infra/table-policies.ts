/**
 * How many IAM policies the route tables of a site take. A managed policy holds 6,144 characters and a role's own policies
 * 10,240, an ARN of a table has some 80; CDK spreads a role's statements over as many policies as they need, and never
 * cuts one in two (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 */
export const TABLES_PER_STATEMENT = 20;

/** Five, where CDK merges the role's other statements. */
const STATEMENTS_IN_OWN_POLICY = 4;
const STATEMENTS_IN_MANAGED_POLICY = 3;

/** AWS's default quota of managed policies of a role. */
export const MANAGED_POLICIES_BY_DEFAULT = 10;
/** AWS's highest quota: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MANAGED_POLICIES_AT_MOST = 20;

/** The most managed policies that route-swap's role has for this number of tables; the role's own policy holds the first ones. */
export function managedPoliciesFor(tables: number): number {
  const statements = Math.ceil(tables / TABLES_PER_STATEMENT);
  return Math.max(0, Math.ceil((statements - STATEMENTS_IN_OWN_POLICY) / STATEMENTS_IN_MANAGED_POLICY));
}
