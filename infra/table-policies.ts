/**
 * How many IAM policies the route tables of a site take. A managed policy holds 6,144 characters and a role's own policies
 * 10,240, an ARN of a table has some 80; CDK spreads a role's statements over as many policies as they need, and never
 * cuts one in two (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 */
export const TABLES_PER_STATEMENT = 20;

/** Five, where CDK merges the role's other statements. */
const STATEMENTS_IN_OWN_POLICY = 4;
const STATEMENTS_IN_MANAGED_POLICY = 3;

/** So many managed policies may a role have before somebody asks AWS for more. */
export const MANAGED_POLICIES_BY_DEFAULT = 10;
/** More it does not get: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MANAGED_POLICIES_AT_MOST = 20;

/** Managed policies that route-swap's role has at most for so many tables; those that its own policy takes cost none. */
export function managedPoliciesFor(tables: number): number {
  const statements = Math.ceil(tables / TABLES_PER_STATEMENT);
  return Math.max(0, Math.ceil((statements - STATEMENTS_IN_OWN_POLICY) / STATEMENTS_IN_MANAGED_POLICY));
}
