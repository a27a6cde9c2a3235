import type { Stack } from 'aws-cdk-lib';
import { CfnInstanceProfile, type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Router, Site, Topology } from '#topology/topology.ts';
import type { Right } from '../policy-size.ts';
import { attachPolicies, placeOf } from '../router-policies.ts';
import { routerRights } from '../router-rights.ts';

export interface RouterRoleProps {
  readonly stack: Stack;
  readonly topology: Topology;
  readonly site: Site;
  readonly router: Router;
  /** The route of the site's own API. */
  readonly routeArn: string;
  /** What it needs to boot. */
  readonly boot: readonly Right[];
}

/** The role of a created router: its own, so that it can read no other router's keys, unless the topology names one. */
export class RouterRole extends Construct {
  readonly instanceProfileArn: string;

  constructor(scope: Construct, id: string, of: RouterRoleProps) {
    super(scope, id);
    const { stack, router } = of;
    const role = this.#role(router);
    const rights = router.creation?.createRole
      ? routerRights(of.topology, of.site, [router], of.routeArn, placeOf(stack))
      : [];
    attachPolicies(this, role, { name: router.name, rights: [...rights, ...of.boot], stack });
    this.instanceProfileArn = new CfnInstanceProfile(this, 'Profile', { roles: [role.roleName] }).attrArn;
  }

  /** A session of any other kind than an instance's cannot be in it. */
  #role({ creation, instanceRole = '' }: Router): IRole {
    if (creation?.createRole !== true) return Role.fromRoleName(this, 'Role', instanceRole);
    return new Role(this, 'Role', { roleName: instanceRole, assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  }
}
