import { MADE_PER_SITE } from '#infra/made-per-site.ts';
import { policiesByRole, whyRefused } from '#infra/role-policies.ts';
import type { Topology } from '#topology/topology.ts';

/** Quotas of an account that many sites together exceed, and that AWS raises when asked. */
export function accountQuotasNotes(topology: Topology): string[] {
  if (whyRefused(topology).length > 0) return [];
  const regions = Map.groupBy(topology.sites, ({ region }) => region);
  const ofRegions = [...regions].flatMap(([region, sites]) => [
    note(
      `region ${region}: its ${sites.length} sites`,
      sites.length * MADE_PER_SITE.rules,
      'EventBridge rules',
      QUOTAS.rules,
    ),
    note(
      `region ${region}: its ${sites.length} sites`,
      sites.length * MADE_PER_SITE.documents,
      'SSM documents',
      QUOTAS.documents,
    ),
    note(
      `region ${region}: its ${sites.length} sites`,
      sites.reduce((sum, { reservedConcurrency }) => sum + reservedConcurrency, 0),
      'reserved environments of Lambda (reservedConcurrency)',
      QUOTAS.reserved,
    ),
  ]);
  const policies = [...policiesByRole(topology).values()].reduce((sum, count) => sum + count, 0);
  return [...ofRegions, note('the topology', policies, 'managed policies', QUOTAS.policies)].filter(
    (each) => each !== undefined,
  );
}

/** Default values, with the name under which Service Quotas has them. */
const QUOTAS = {
  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html, of one event bus. */
  rules: { most: 300, name: 'Number of rules' },
  /** https://docs.aws.amazon.com/general/latest/gr/ssm.html */
  documents: { most: 500, name: 'Number of SSM documents' },
  /** 1,000 without the 100 that must be left: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
  reserved: { most: 900, name: 'Concurrent executions' },
  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  policies: { most: 1_500, name: 'Customer managed policies per account' },
} as const;

function note(
  whose: string,
  needed: number,
  what: string,
  { most, name }: { most: number; name: string },
): string | undefined {
  if (needed <= most) return undefined;
  return `${whose} need ${needed} ${what}, and an account has ${most} by default: have the quota "${name}" raised before you deploy.`;
}
