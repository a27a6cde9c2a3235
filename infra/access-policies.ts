import { Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { OperatorApi } from './operator-api.ts';

/** What the permissions name. */
export type AccessTargets = Pick<OperatorApi, 'viewArn' | 'actArns' | 'parameterArn'>;

/** Permits a grantee to see a site through its API, and to find the API. */
export function grantView(grantee: IGrantable, { viewArn, parameterArn }: AccessTargets): Grant {
  return Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns: [viewArn] }).combine(
    Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter'], resourceArns: [parameterArn] }),
  );
}

/** Permits a grantee to see and to operate a site through its API. */
export function grantOperate(grantee: IGrantable, api: AccessTargets): Grant {
  const { actArns } = api;
  return grantView(grantee, api).combine(
    Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns: [...actArns] }),
  );
}

/** Two managed policies of a site, for the roles or permission sets of its viewers and its operators. Routers have neither. */
export class AccessPolicies extends Construct {
  readonly viewer: ManagedPolicy;
  readonly operator: ManagedPolicy;

  constructor(scope: Construct, id: string, site: string, api: OperatorApi) {
    super(scope, id);
    this.viewer = new ManagedPolicy(this, 'Viewer', { description: `vyos-failover: see site ${site}` });
    this.operator = new ManagedPolicy(this, 'Operator', { description: `vyos-failover: see and operate site ${site}` });
    grantView(this.viewer, api);
    grantOperate(this.operator, api);
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${api.viewArnPrinted}]`,
      reason: 'A viewer may make every GET request to the site; none of them changes anything.',
    });
  }
}
