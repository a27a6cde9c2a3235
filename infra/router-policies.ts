import { Aws, type Stack, Validations } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { FactName } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import type { Site, Topology } from '#topology/topology.ts';
import { packPolicies, type Right } from './policy-size.ts';
import { readableArn } from './readable-arn.ts';
import type { ExistingRouters } from './router-bundles/existing-routers.ts';
import { type Place, routerRights, routersByRole } from './router-rights.ts';

export interface RouterPoliciesProps {
  readonly stack: Stack;
  readonly topology: Topology;
  readonly site: Site;
  /** The route of the site's own API. */
  readonly routeArn: string;
  /** What installs the programs of existing routers. Default: nothing does. */
  readonly existing?: ExistingRouters;
}

/**
 * Attached to the roles of the site's routers by the stack, so that `cdk destroy` deletes them. Routers
 * with a role each have a policy each: neither may read the other's keys.
 */
export class RouterPolicies extends Construct {
  constructor(scope: Construct, id: string, { stack, topology, site, routeArn, existing }: RouterPoliciesProps) {
    super(scope, id);
    for (const { role, routers } of routersByRole(site)) {
      // The role of a created router is in its own stack, with its policies.
      if (routers.some(({ creation }) => creation?.createRole)) continue;
      const rights = [
        ...routerRights(topology, site, routers, routeArn, placeOf(stack)),
        ...(existing?.rightsOf(routers) ?? []),
      ];
      const attachTo = Role.fromRoleName(this, `Role-${role}`, role);
      attachPolicies(this, attachTo, { name: routers.map(({ name }) => name).join('-'), rights, stack });
    }
  }
}

/** Where a stack is. */
export function placeOf(stack: Stack): Place {
  const { partition, account, region } = stack;
  return { partition, urlSuffix: stack.regionalFact(FactName.DOMAIN_SUFFIX, Aws.URL_SUFFIX), account, region };
}

/** Attaches rights to a role, in as many managed policies as they need. */
export function attachPolicies(
  scope: Construct,
  role: IRole,
  { name, rights, stack }: { readonly name: string; readonly rights: readonly Right[]; readonly stack: Stack },
): void {
  for (const [index, some] of packPolicies(rights, (arn) => lengthOf(arn, stack)).entries()) {
    const policy = new ManagedPolicy(scope, `${name}-${index + 1}`, {
      description: 'What VyOS routers may do, by vyos-failover',
      roles: [role],
      statements: some.map(
        ({ actions, resources, conditions }) =>
          new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions && { conditions }) }),
      ),
    });
    acknowledge(
      policy,
      '*',
      "The SSM agent's own actions know no resource-level permissions (Service Authorization Reference); kms:Decrypt is bound to SSM and to the named parameters by its conditions.",
    );
    for (const arn of some.flatMap(({ resources }) => resources.filter((each) => each.includes(':*/')))) {
      acknowledge(
        policy,
        readableArn(arn, stack),
        "The other site's API id is not known here; the path allows its events route only.",
      );
    }
  }
}

/** Of an ARN whose account and partition may be tokens, at most. */
function lengthOf(arn: string, { account, partition }: Stack): number {
  return arn.replace(account, '123456789012').replace(partition, 'aws-us-gov').length;
}

function acknowledge(policy: ManagedPolicy, resource: string, reason: string): void {
  Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}
