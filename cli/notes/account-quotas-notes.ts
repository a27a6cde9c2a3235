import { MADE_PER_SITE } from '#infra/made-per-site.ts';
import { policiesByRole, whyRefused } from '#infra/role-policies.ts';
import { reservedFor } from '#topology/reserved-concurrency.ts';
import type { Topology } from '#topology/topology.ts';
import { counted } from '../output/counted.ts';

/** Default quotas of an account that many sites together exceed. AWS raises them on request. */
export function accountQuotasNotes(topology: Topology): string[] {
  if (whyRefused(topology).length > 0) return [];
  const regions = Map.groupBy(topology.sites, ({ region }) => region);
  const ofRegions = [...regions].flatMap(([region, sites]) => [
    note(
      `region ${region}: ${counted(sites.length, 'site')}`,
      sites.length * MADE_PER_SITE.rules,
      'EventBridge rules',
      QUOTAS.rules,
    ),
    note(
      `region ${region}: ${counted(sites.length, 'site')}`,
      sites.length * MADE_PER_SITE.documents,
      'SSM documents',
      QUOTAS.documents,
    ),
    note(
      `region ${region}: ${counted(sites.length, 'site')}`,
      sites.map(reservedFor).reduce((sum, { routeSwap, configPush }) => sum + routeSwap + configPush, 0),
      'reserved Lambda environments (reservedConcurrency)',
      QUOTAS.reserved,
    ),
  ]);
  const policies = [...policiesByRole(topology).values()].reduce((sum, count) => sum + count, 0);
  return [...ofRegions, note('the topology', policies, 'managed policies', QUOTAS.policies)].filter(
    (each) => each !== undefined,
  );
}

/** Default values, and their names in Service Quotas. */
const QUOTAS = {
  /** For one event bus: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
  rules: { most: 300, name: 'Number of rules' },
  /** https://docs.aws.amazon.com/general/latest/gr/ssm.html */
  documents: { most: 500, name: 'Number of SSM documents' },
  /** 1,000, of which 100 must stay unreserved: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
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
  return `${whose} need ${needed} ${what}, and the default quota is ${most}: request an increase of the quota "${name}" before you deploy.`;
}
